package io.abraxas.server.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fresh server for each test, and programs that end with it. */
abstract class InteropTest {
  final ServerUnderTest.Kind kind;
  ServerUnderTest server;
  private final List<ExternalProgram> programs = new ArrayList<>();

  InteropTest(ServerUnderTest.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void startServer() throws IOException {
    server = kind.start();
  }

  @AfterEach
  void stopAll() {
    programs.forEach(ExternalProgram::close);
    if (server != null) {
      server.close();
    }
  }

  /** Starts a program that is ended with the test at the latest. */
  ExternalProgram start(String... command) {
    ExternalProgram program = ExternalProgram.start(command);
    programs.add(program);
    return program;
  }

  ExternalProgram startWithInput(byte[] input, String... command) {
    ExternalProgram program = ExternalProgram.startWithInput(input, command);
    programs.add(program);
    return program;
  }
}
