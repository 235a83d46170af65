package io.abraxas.vertx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminLineTest {
  @ParameterizedTest
  @CsvSource({
    "status, STATUS",
    "prioritystatus, PRIORITY_STATUS",
    "workers, WORKERS",
    "version, VERSION",
    "getpid, GETPID",
    "verbose, VERBOSE",
    "maxqueue f 1 2 3, MAXQUEUE",
    "create function f, CREATE_FUNCTION",
    "drop function f, DROP_FUNCTION",
    "show jobs, SHOW_JOBS",
    "show unique jobs, SHOW_UNIQUE_JOBS",
    "show schedules, SHOW_SCHEDULES",
    "show members, SHOW_MEMBERS",
    "cancel job H:lap:1, CANCEL_JOB",
    "shutdown, SHUTDOWN",
    "shutdown graceful, SHUTDOWN",
  })
  void findsTheCommand(String line, AdminCommand command) {
    assertThat(AdminLine.parse(line).command()).isEqualTo(command);
    assertThat(AdminLine.parse(line.toUpperCase(Locale.ROOT)).command()).isEqualTo(command);
    assertThat(AdminLine.parse("  " + line.replace(" ", "\t ") + " \r").command())
        .isEqualTo(command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "statu",
        "statuss",
        "show",
        "show unique",
        "show uniquejobs",
        "create f",
        "job cancel",
        "GET / HTTP/1.1",
        "function create f"
      })
  void findsNoCommandInOtherWords(String line) {
    AdminLine parsed = AdminLine.parse(line);
    assertThat(parsed.command()).isNull();
    assertThat(parsed.hasArguments()).isFalse();
    assertThat(parsed.arguments()).isEqualTo(parsed.words());
  }

  @Test
  void theLongestCommandWins() {
    AdminLine line = AdminLine.parse("show unique jobs");
    assertThat(line.command()).isEqualTo(AdminCommand.SHOW_UNIQUE_JOBS);
    assertThat(line.arguments()).isEmpty();
    assertThat(AdminLine.parse("show jobs unique").command()).isEqualTo(AdminCommand.SHOW_JOBS);
  }

  @Test
  void argumentsKeepTheirCase() {
    AdminLine line = AdminLine.parse("CREATE Function ReVerse");
    assertThat(line.arguments()).containsExactly("ReVerse");
    assertThat(line.words()).containsExactly("CREATE", "Function", "ReVerse");
  }

  @Test
  void commandsOfAnyLanguageMatchOnlyThemselves() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertThat(AdminLine.parse("GETPID").command()).isEqualTo(AdminCommand.GETPID);
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "maxqueue, false", "maxqueue f, true", "create function, false", "create function f, true",
    "drop function, false", "cancel job, false", "cancel job x, true", "status, true",
    "shutdown, true", "shutdown graceful, true"
  })
  void knowsWhetherArgumentsAreMissing(String line, boolean complete) {
    assertThat(AdminLine.parse(line).hasArguments()).isEqualTo(complete);
  }

  @Test
  void readsWhereTheLineLies() {
    ByteBuf buffer = Unpooled.copiedBuffer("xxcreate function f\u00e4\nyy", StandardCharsets.UTF_8);
    AdminLine line = AdminLine.parse(buffer, 2, buffer.writerIndex() - 5);
    assertThat(line.arguments()).containsExactly("f\u00e4");
  }

  @ParameterizedTest
  @EnumSource(AdminCommand.class)
  void whatIsWrittenIsReadAgain(AdminCommand command) {
    String[] arguments = {"Fu\u00f1c", "3", "-"};
    ByteBuf out = Unpooled.buffer();
    AdminLine.of(command, arguments).write(out);
    assertThat(out.getByte(out.writerIndex() - 1)).isEqualTo((byte) '\n');
    AdminLine read = AdminLine.parse(out, 0, out.writerIndex() - 1);
    assertThat(read.command()).isEqualTo(command);
    assertThat(read.arguments()).containsExactly(arguments);
    assertThat(read.hasArguments()).isTrue();
  }

  @Test
  void writesWordsWithOneBlankBetween() {
    ByteBuf out = Unpooled.buffer();
    AdminLine.of(AdminCommand.CREATE_FUNCTION, "f").write(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("create function f\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nshutdown", "a\r", "a\tb", "a\0", "\u007f"})
  void refusesToWriteWhatWouldBeReadOtherwise(String argument) {
    assertThatThrownBy(() -> AdminLine.of(AdminCommand.DROP_FUNCTION, argument))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
