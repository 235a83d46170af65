package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineParserTest {
  @TempDir Path folder;

  private static ProgramOptions parse(String... arguments) {
    return new CommandLineParser().parse(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port=4731", "--port 4731", "-p4731", "-p 4731"})
  void takesAValueInEveryWayThatGearmandDoes(String words) {
    assertThat(parse(words.split(" ", -1)).server.getPort()).isEqualTo(4731);
  }

  @Test
  void takesTheShortLettersOfGearmand() {
    ProgramOptions options =
        parse(
            "-b",
            "9",
            "-j",
            "3",
            "-L",
            "localhost",
            "-l",
            "stderr",
            "-P",
            "pid",
            "-p",
            "1",
            "-R",
            "-t",
            "4",
            "-w",
            "2",
            "-f",
            "100",
            "-q",
            "builtin",
            "-r",
            "gear");
    assertThat(options.server.getBacklog()).isEqualTo(9);
    assertThat(options.server.getJobRetries()).isEqualTo(3);
    assertThat(options.server.listenAddresses()).hasToString("[localhost:1]");
    assertThat(options.server.isRoundRobin()).isTrue();
    assertThat(options.server.getWorkerWakeup()).isEqualTo(2);
    assertThat(options.logFile).isNull();
    assertThat(options.pidFile).hasToString("pid");
    assertThat(options.warnings).hasSize(2);
  }

  @Test
  void takesSeveralAddressesWhicheverSideOfThePort() {
    ProgramOptions options = parse("-L", "a", "--listen=b:2", "-p", "1", "-L", "unix:/s");
    assertThat(options.server.listenAddresses()).hasToString("[a:1, b:2, unix:/s]");
  }

  @Test
  void takesFlagsWithAndWithoutAValue() {
    assertThat(parse("--keepalive", "--exceptions=false").server.isKeepalive()).isTrue();
    assertThat(parse("--exceptions=false").server.isExceptions()).isFalse();
    assertThat(parse("--check-args").checkOnly).isTrue();
  }

  @Test
  void takesTheLevelsOfGearmand() {
    assertThat(parse("--verbose", "error").level).isEqualTo(Level.SEVERE);
    assertThat(parse("--verbose=DEBUG").level).isEqualTo(Level.FINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "--port x",
        "--port 70000",
        "--port",
        "extra",
        "--daemon",
        "-d",
        "--queue-type libsqlite3",
        "--protocol http",
        "--user nobody-like-this",
        "--verbose loud",
        "--config-file /nowhere/at/all",
        "--listen host:x"
      })
  void refusesWhatMakesNoSense(String words) {
    assertThatThrownBy(() -> parse(words.split(" ", -1)))
        .isInstanceOf(UsageException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void readsAFileOfLinesAndLetsTheCommandLineWin() throws IOException {
    Path file = folder.resolve("gearmand.conf");
    Files.writeString(file, "# comment\n\nport = 1\njob-retries=3\nkeepalive\nlisten=localhost\n");
    ProgramOptions options = parse("--config-file", file.toString(), "-p", "2");
    assertThat(options.server.getPort()).isEqualTo(2);
    assertThat(options.server.getJobRetries()).isEqualTo(3);
    assertThat(options.server.isKeepalive()).isTrue();
    assertThat(options.server.listenAddresses()).hasToString("[localhost:2]");
  }

  @Test
  void readsAFileOfJson() throws IOException {
    Path file = folder.resolve("abraxas.json");
    Files.writeString(file, "{\"port\": 1, \"timeZone\": \"Europe/Berlin\"}");
    assertThat(parse("--config-file", file.toString()).server.getTimeZone())
        .isEqualTo("Europe/Berlin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"port\": ", "{\"prot\": 1}", "prot=1", "port=x"})
  void namesTheFileThatMakesNoSense(String content) throws IOException {
    Path file = folder.resolve("bad.conf");
    Files.writeString(file, content);
    assertThatThrownBy(() -> parse("--config-file", file.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("bad.conf");
  }
}
