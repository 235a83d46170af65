package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineParserTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"--port=4731", "--port 4731", "-p4731", "-p 4731", "-Rp4731", "-Rp 4731"})
  void portIsReadInEveryForm(String arguments) {
    assertThat(parse(arguments).server.getPort()).isEqualTo(4731);
  }

  @ParameterizedTest
  @CsvSource({
    "--listen localhost -L :80, listen, '[\"localhost\",\":80\"]'",
    "-b 32, backlog, 32",
    "-j 3, jobRetries, 3",
    "-R, roundRobin, true",
    "-w 1, workerWakeup, 1",
    "--exceptions, exceptions, true",
    "--job-handle-prefix=H:x, jobHandlePrefix, H:x",
    "--keepalive, keepalive, true",
    "--keepalive-idle -1, keepaliveIdle, 0",
    "--keepalive-interval=10, keepaliveInterval, 10",
    "--keepalive-count=4, keepaliveCount, 4",
    "--max-connections=9, maxConnections, 9",
    "--max-packet-size=1m, maxPacketSize, 1048576",
    "--max-memory=2g, maxMemory, 2147483648",
    "--high-water-mark=64K, highWaterMark, 65536",
    "--max-unsent=1025k, maxUnsent, 1049600",
    "--slow-peer-timeout=0, slowPeerTimeoutSeconds, 0",
    "--time-zone=Europe/Berlin, timeZone, Europe/Berlin",
    "--drain-timeout=5, drainTimeoutSeconds, 5",
    "--packet-log, packetLog, true",
    "--traffic-log, trafficLog, true",
  })
  void setsTheOption(String arguments, String key, String value) {
    assertThat(parse(arguments).server.toJson().getValue(key)).hasToString(value);
  }

  @Test
  void flagsMayHaveAValue() {
    assertThat(parse("--exceptions=true -R").server.isExceptions()).isTrue();
    assertThat(parse("--exceptions=false -R").server.isExceptions()).isFalse();
    assertThat(parse("--check-args=no").checkOnly).isFalse();
    assertThatThrownBy(() -> parse("--exceptions=maybe"))
        .hasMessage("--exceptions must be true or false, not \"maybe\"");
  }

  @Test
  void refusesValuesThatMakeNoSenseTogetherByTheirNames() {
    assertThatThrownBy(() -> parse("--max-unsent=64k"))
        .hasMessage("--high-water-mark must not be above --max-unsent, but 1048576 is above 65536");
    assertThat(
            parse("--max-unsent=64k --high-water-mark=64k")
                .server
                .getConnectionOptions()
                .getMaxUnsent())
        .isEqualTo(65536);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cluster-name=x                    | --cluster-name means nothing without --cluster",
        "--cluster-quorum=2                  | --cluster-quorum means nothing without --cluster",
        "--cluster=no --cluster-backups=2    | --cluster-backups means nothing without --cluster",
        "--cluster --cluster-config=f --cluster-port=1 | --cluster-port and --cluster-config contra",
        "--cluster --cluster-backups=7       | --cluster-backups must be 0 to 6, not 7",
        "--cluster --cluster-port=0          | --cluster-port must be 1 to 65535, not 0",
        "--cluster --cluster-members=a       | --cluster-members must be host:port or [v6]:port",
        "--cluster --cluster-members=a:1,b:x | --cluster-members must be host:port or [v6]:port",
        "--cluster --cluster-quorum=1        | --cluster-quorum must be 0 or 2 or more, not 1",
        "--cluster-nmae=x                    | unknown option --cluster-nmae, did you mean",
        "--leave-timeout=0                   | --leave-timeout must be 1 to 3600, not 0",
      })
  void refusesWhatMakesNoSenseOfACluster(String arguments, String message) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void membersMayBeOneListOrSeveral() {
    ClusterOptions cluster =
        parse("--cluster --cluster-members=a:1,b:2 --cluster-members=[::1]:3")
            .server
            .getClusterOptions();
    assertThat(cluster.getMembers()).containsExactly("a:1", "b:2", "[::1]:3");
  }

  @Test
  void readsAClusterFromLinesOfAFile() throws IOException {
    Path file = file("cluster\ncluster-members=a:1, b:2\ncluster-backups=2\nleave-timeout=3");
    GearmanServerOptions options = parse("@" + file).server;
    assertThat(options.isCluster()).isTrue();
    assertThat(options.getClusterOptions().getMembers()).containsExactly("a:1", "b:2");
    assertThat(options.getClusterOptions().getBackups()).isEqualTo(2);
    assertThat(options.getLeaveTimeoutSeconds()).isEqualTo(3);
  }

  @Test
  void judgesValuesTogetherWhenFileAndCommandLineAreRead() throws IOException {
    Path file = Files.writeString(directory.resolve("conf"), "{\"highWaterMark\": \"128m\"}");
    assertThatThrownBy(() -> parse("@" + file)).hasMessageContaining("must not be above");
    assertThat(
            parse("@" + file + " --max-unsent=256m")
                .server
                .getConnectionOptions()
                .getHighWaterMark())
        .isEqualTo(128 << 20);
  }

  @Test
  void addressesMayStandOnEitherSideOfThePort() {
    assertThat(parse("-L a --listen=b:2 -p 1 -L unix:/s").server.listenAddresses())
        .hasToString("[a:1, b:2, unix:/s]");
  }

  @Test
  void readsTheOptionsOfTheProgram() {
    ProgramOptions options = parse("-P /run/pid -l /var/log/x --verbose=debug --check-args -d");
    assertThat(options.pidFile).isEqualTo(Path.of("/run/pid"));
    assertThat(options.logFile).isEqualTo(Path.of("/var/log/x"));
    assertThat(options.level).isEqualTo(Level.FINE);
    assertThat(options.checkOnly).isTrue();
    assertThat(options.daemon).isTrue();
    assertThat(parse("--log-file=stderr").logFile).isNull();
    assertThat(parse("").level).isEqualTo(Level.INFO);
  }

  @Test
  void understandsTheCommandLineOfDebian() {
    ProgramOptions options =
        parse(
            "--pid-file=/run/gearman/gearmand.pid --listen=localhost --daemon"
                + " --log-file=/var/log/gearman-job-server/gearmand.log");
    assertThat(options.server.getListen()).containsExactly("localhost");
    assertThat(options.warnings).isEmpty();
  }

  @Test
  void acceptsWhatHasNoEffectAndSaysSo() {
    ProgramOptions options =
        parse("-t 4 -f 1024 --hashtable-buckets=7 --syslog --coredump -q builtin -r gear");
    assertThat(options.warnings)
        .containsExactlyInAnyOrder(
            "--threads has no effect here",
            "--file-descriptors has no effect here",
            "--hashtable-buckets has no effect here",
            "--syslog has no effect here",
            "--coredump has no effect here");
    assertThat(parse("--user=" + System.getProperty("user.name")).warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prot 4730           | unknown option --prot, did you mean "--port"?
          --completely-else     | unknown option --completely-else
          -z                    | unknown option -z
          word                  | unexpected argument word
          --ssl                 | --ssl is an option of gearmand that this server does not have
          --mysql-host=db       | --mysql-host is an option of gearmand that this server does not have
          --port                | --port needs a value
          --port --exceptions   | --port needs a value
          --log-file=           | --log-file needs a value
          -p 1 --port=2         | --port is given more than once
          --port=http           | --port must be a whole number, not "http"
          --port=70000          | --port must be 0 to 65535, not 70000
          --max-memory=2q       | --max-memory must be a number of bytes such as 65536, 64k, 512m or 2g
          --max-unsent=9g       | --max-unsent must be
          --time-zone=Mars      | --time-zone must be one such as UTC
          --listen=a:b          | --listen: cannot listen on "a:b"
          --verbose=loud        | --verbose must be one of FATAL, ALERT
          --queue-type=mysql    | --queue-type can only be builtin, not mysql
          -r http               | --protocol can only be gear, not http
          --user=nobody-we-know | --user can only be
          --config-file=/none   | --config-file: cannot read /none
          """)
  void mistakeIsToldByTheNameOfTheOption(String arguments, String message) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void readsLinesOfNamesAndValues() throws IOException {
    Path file =
        file(
            """
            # for the night
            port = 4731  # not 4730
            listen=localhost
            listen=[::1]

            exceptions
            round-robin=true
            keepalive=no
            threads=4
            pid-file=/run/x
            """);
    for (String argument : List.of("--config-file=" + file, "@" + file)) {
      ProgramOptions options = parse(argument);
      assertThat(options.server.getPort()).isEqualTo(4731);
      assertThat(options.server.getListen()).containsExactly("localhost", "[::1]");
      assertThat(options.server.isExceptions()).isTrue();
      assertThat(options.server.isRoundRobin()).isTrue();
      assertThat(options.server.getConnectionOptions().isKeepalive()).isFalse();
      assertThat(options.pidFile).isEqualTo(Path.of("/run/x"));
      assertThat(options.warnings).hasSize(1);
    }
  }

  @Test
  void readsJson() throws IOException {
    Path file =
        file(
            """
            {"port": 4731, "host": "localhost", "maxMemory": "1g", "jobRetries": 2,
             "logFile": "/var/log/x", "verbose": "ERROR", "daemon": true}
            """);
    ProgramOptions options = parse("--config-file=" + file);
    assertThat(options.server.listenAddresses()).hasToString("[localhost:4731]");
    assertThat(options.server.getMaxMemory()).isEqualTo(1 << 30);
    assertThat(options.logFile).isEqualTo(Path.of("/var/log/x"));
    assertThat(options.level).isEqualTo(Level.SEVERE);
    assertThat(options.daemon).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port=4731\nlisten=localhost\njob-retries=2\nverbose=ERROR\nexceptions",
        "{\"port\":4731,\"listen\":[\"localhost\"],\"jobRetries\":2,\"verbose\":\"ERROR\"}",
        "{\"port\":4731,\"host\":\"localhost\",\"jobRetries\":2,\"verbose\":\"ERROR\"}",
      })
  void commandLineWinsOverTheFile(String content) throws IOException {
    ProgramOptions options =
        parse(
            "-p 1 --config-file="
                + file(content)
                + " --listen=here --verbose=DEBUG --exceptions=no");
    assertThat(options.server.listenAddresses()).hasToString("[here:1]");
    assertThat(options.server.getJobRetries()).isEqualTo(2);
    assertThat(options.server.isExceptions()).isFalse();
    assertThat(options.level).isEqualTo(Level.FINE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exceptions;port=x         | line 2: --port must be a whole number",
        "prot=1                    | line 1: unknown option prot, did you mean \"port\"?",
        "config-file=x             | line 1: --config-file is for the command line only",
        "exceptions=maybe          | line 1: --exceptions must be true or false",
        "{\"port\":                | not valid JSON",
        "{\"prot\": 1}             | unknown option \"prot\", did you mean \"port\"?",
        "{\"pidFlie\": \"x\"}      | unknown option \"pidFlie\", did you mean \"pidFile\"?",
        "{\"pidFile\": true}       | pidFile must be a text, not true",
        "{\"daemon\": \"yes\"}     | daemon must be true or false, not yes",
        "{\"port\": 70000}         | port must be 0 to 65535, not 70000",
        "{\"queueType\": \"mysql\"}| queueType can only be builtin, not mysql",
      })
  void mistakeInTheFileIsToldWithItsPlace(String content, String message) throws IOException {
    Path file = file(content.replace(';', '\n'));
    assertThatThrownBy(() -> parse("--config-file=" + file))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void helpNamesEveryOption() {
    String help = new CommandLineParser().help();
    assertThat(ProgramOptions.names()).allSatisfy(name -> assertThat(help).contains("--" + name));
    Stream<String> letters =
        Stream.concat(
                OptionTable.ALL.stream().map(o -> o.shortName),
                Stream.of(ProgramOption.values()).map(o -> o.shortName))
            .filter(letter -> letter != null)
            .map(letter -> "-" + letter + ", --");
    assertThat(letters).allSatisfy(start -> assertThat(help).contains(start));
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    assertThat(help).doesNotContain("PARAM").contains("(default: 4730)", "(default: 128m)");
  }

  @Test
  void namesAndKeysAreUnique() {
    assertThat(ProgramOptions.names()).doesNotHaveDuplicates();
    List<String> keys = Stream.of(ProgramOption.values()).map(o -> o.key).toList();
    assertThat(keys).doesNotHaveDuplicates().doesNotContainAnyElementsOf(OptionsJson.KEYS);
  }

  private ProgramOptions parse(String arguments) {
    String line = arguments.strip();
    return new CommandLineParser().parse(line.isEmpty() ? new String[0] : line.split(" ", -1));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("file"), content);
  }
}
