package io.abraxas.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonArgumentsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-conf={}",
        "--conf={\"a\": 1}",
        "-options='{}'",
        "-CONF=\"{}\"",
        "-instances=x",
        "conf=x",
        "-conf",
      })
  void letsPassWhatIsFine(String argument) {
    assertThatCode(() -> JsonArguments.check("run", "some.Verticle", argument))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-conf", "--conf", "-options", "--vertx-options", "-Deployment-Options"})
  void refusesWhatIsNoJson(String option) {
    assertThatThrownBy(() -> JsonArguments.check("run", option, "{a}"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(option + ": not a JSON object: ");
    assertThatThrownBy(() -> JsonArguments.check("run", option + "=none"))
        .hasMessage(option + ": there is no file none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "host=x"})
  void refusesAFileThatIsNoJsonObject(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("conf"), content);
    assertThatThrownBy(() -> JsonArguments.check("-conf", file.toString()))
        .hasMessageStartingWith("-conf: " + file + ": not a JSON object: ");
  }

  @Test
  void readsFiles() throws IOException {
    Path file = Files.writeString(directory.resolve("conf"), "{\"port\": 1}");
    assertThatCode(() -> JsonArguments.check("-conf", file.toString())).doesNotThrowAnyException();
    assertThatThrownBy(() -> JsonArguments.check("-conf", directory.toString()))
        .hasMessageStartingWith("-conf: cannot read ");
  }
}
