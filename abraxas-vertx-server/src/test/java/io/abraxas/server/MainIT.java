package io.abraxas.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process: exit codes, signals, files. */
class MainIT {
  private static final Pattern LISTENS = Pattern.compile(".* listens on 127\\.0\\.0\\.1:(\\d+).*");

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void saysWhatItIs() throws Exception {
    assertThat(ended(run("--version"), 0)).matches("abraxas \\d\\S+\n");
    assertThat(ended(run("-V"), 0)).startsWith("abraxas ");
    for (String option : List.of("--help", "-h", "-?")) {
      assertThat(ended(run(option), 0)).contains("--job-retries");
    }
  }

  @Test
  void checksItsArgumentsOnly() throws Exception {
    assertThat(ended(run("--check-args", "--listen=192.0.2.1"), 0)).isEmpty();
    ended(run("--check-args", "--port=x"), 2);
  }

  @Test
  void misuseIsOneLineAndExitCodeTwo() throws Exception {
    assertThat(ended(run("--prot=1"), 2))
        .isEqualTo(
            "abraxas: unknown option --prot, did you mean \"--port\"? (--help lists all options)\n");
  }

  @Test
  void portInUseIsOneLineAndExitCodeOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Path pidFile = directory.resolve("pid");
      assertThat(ended(run("--listen=" + address, "--pid-file=" + pidFile), 1))
          .startsWith("abraxas: cannot listen on " + address)
          .hasLineCount(1);
      assertThat(pidFile).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pid-file", "--log-file"})
  void fileThatCannotBeWrittenIsOneLineAndExitCodeOne(String option) throws Exception {
    Path file = directory.resolve("none/file");
    String log = ended(run("--listen=127.0.0.1:0", option + "=" + file), 1);
    assertThat(log).isEqualTo("abraxas: cannot open " + file + " (No such file or directory)\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "USR1", "HUP"})
  void signalEndsItInGoodOrder(String signal) throws Exception {
    Path pidFile = directory.resolve("pid");
    Process process = run("--listen=127.0.0.1:0", "--pid-file=" + pidFile, "--threads=4");
    BufferedReader log = process.inputReader(UTF_8);
    assertThat(log.readLine()).endsWith("WARN  --threads has no effect here");
    awaitPort(log);
    assertThat(pidFile).hasContent(process.pid() + "\n");
    kill(signal, process.pid());
    assertThat(log.lines()).last().asString().endsWith("abraxas stopped");
    ended(process, 0);
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void secondSignalEndsTheWaitForARunningJob() throws Exception {
    for (String second : List.of("TERM", "USR1")) {
      Process process = run("--listen=127.0.0.1:0");
      BufferedReader log = process.inputReader(UTF_8);
      int port = awaitPort(log);
      try (Socket worker = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = worker.getOutputStream();
        // CAN_DO f; SUBMIT_JOB_BG f, no unique id, no payload; GRAB_JOB
        out.write(request(1, "f"));
        out.write(request(18, "f\0\0"));
        out.write(request(9, ""));
        worker.getInputStream().readNBytes(12 + 12 + 5);
        kill("USR1", process.pid());
        assertThat(log.readLine()).contains("draining: 1 jobs run");
        assertThat(process.isAlive()).isTrue();
        kill(second, process.pid());
        assertThat(log.lines()).last().asString().endsWith("abraxas stopped");
        ended(process, 0);
      }
    }
  }

  @Test
  void adminCommandEndsIt() throws Exception {
    Process process = run("--listen=127.0.0.1:0");
    int port = awaitPort(process.inputReader(UTF_8));
    try (Socket operator = new Socket(InetAddress.getLoopbackAddress(), port)) {
      operator.getOutputStream().write("shutdown\n".getBytes(UTF_8));
      assertThat(new String(operator.getInputStream().readAllBytes(), UTF_8)).isEqualTo("OK\r\n");
    }
    ended(process, 0);
  }

  @Test
  void appendsToItsLogFileAndOpensItAnew() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "before\n");
    Path pidFile = directory.resolve("pid");
    Process process =
        run(
            "--listen=127.0.0.1:0",
            "--log-file=" + file,
            "--pid-file=" + pidFile,
            "--verbose=INFO");
    Awaitility.await().until(() -> Files.exists(pidFile) && Files.readAllLines(file).size() > 1);
    assertThat(file).content(UTF_8).startsWith("before\n").contains(" listens on ");
    Path old = Files.move(file, directory.resolve("log.1"));
    kill("HUP", process.pid());
    Awaitility.await().until(() -> Files.exists(file));
    kill("TERM", process.pid());
    assertThat(ended(process, 0)).isEmpty();
    assertThat(old).content(UTF_8).doesNotContain("stopped");
    assertThat(file)
        .content(UTF_8)
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d INFO .* stopped\n");
  }

  @Test
  void daemonReturnsWhenItListensAndStays() throws Exception {
    Path pidFile = directory.resolve("pid");
    Path file = directory.resolve("log");
    String[] arguments = {
      "--daemon", "--listen=127.0.0.1:0", "--pid-file=" + pidFile, "--log-file=" + file
    };
    // Its output ends too, so nobody waits for the one that stays.
    assertThat(ended(run(arguments), 0)).isEmpty();
    ProcessHandle daemon =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();
    try {
      Matcher listens = LISTENS.matcher(Files.readString(file).strip());
      assertThat(listens.matches()).isTrue();
      String address = "127.0.0.1:" + listens.group(1);
      // A second one tells why it cannot run, and does not touch the first one's file.
      assertThat(ended(run("-d", "-L", address, "-P", pidFile.toString()), 1))
          .startsWith("abraxas: cannot listen on " + address);
      assertThat(pidFile).hasContent(daemon.pid() + "\n");
    } finally {
      daemon.destroy();
    }
    daemon.onExit().get(60, TimeUnit.SECONDS);
    assertThat(pidFile).doesNotExist();
    assertThat(file).content(UTF_8).endsWith("abraxas stopped\n");
  }

  private Process run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Starting quickly is all that matters here.
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  /** Waits for its end; what it wrote that was not read before. */
  private static String ended(Process process, int exitCode) throws Exception {
    StringBuilder output = new StringBuilder();
    process.inputReader(UTF_8).lines().forEach(line -> output.append(line).append('\n'));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output.toString()).isEqualTo(exitCode);
    return output.toString();
  }

  private static int awaitPort(BufferedReader log) throws IOException {
    String line = log.readLine();
    Matcher listens = LISTENS.matcher(String.valueOf(line));
    assertThat(listens.matches()).as(line).isTrue();
    return Integer.parseInt(listens.group(1));
  }

  private static void kill(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static byte[] request(int type, String body) {
    String header = "\0REQ\0\0\0" + (char) type + "\0\0\0" + (char) body.length();
    return (header + body).getBytes(UTF_8);
  }
}
