package io.abraxas.server.interop;

import io.abraxas.server.GearmanServer;
import io.abraxas.server.GearmanServerOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A running server that real programs are driven against; it is stopped by closing it. */
public abstract class ServerUnderTest implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  /** Which server. */
  public enum Kind {
    ABRAXAS,
    GEARMAND;

    public ServerUnderTest start() throws IOException {
      return this == ABRAXAS ? new Ours() : new Gearmand();
    }
  }

  public abstract int port();

  @Override
  public abstract void close();

  String portText() {
    return Integer.toString(port());
  }

  /** Whether its port still accepts connections. */
  boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The rows that an admin command is answered with, without the closing dot. */
  List<String> rows(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      StringBuilder text = new StringBuilder();
      byte[] piece = new byte[8192];
      while (!text.toString().equals(".\n") && !text.toString().endsWith("\n.\n")) {
        int n = socket.getInputStream().read(piece);
        if (n < 0) {
          throw new IOException("closed after: " + text);
        }
        text.append(new String(piece, 0, n, StandardCharsets.UTF_8));
      }
      return text.toString().lines().filter(line -> !line.equals(".")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of a function in {@code status}: total, running, workers; zeros when unknown. */
  int[] status(String function) {
    for (String row : rows("status")) {
      String[] columns = row.split("\t", -1);
      if (columns[0].equals(function)) {
        return new int[] {
          Integer.parseInt(columns[1]), Integer.parseInt(columns[2]), Integer.parseInt(columns[3])
        };
      }
    }
    return new int[3];
  }

  void awaitTotal(String function, int jobs) {
    await("jobs of " + function, () -> status(function)[0] == jobs);
  }

  void awaitRunning(String function, int jobs) {
    await("running jobs of " + function, () -> status(function)[1] == jobs);
  }

  void awaitWorkers(String function, int workers) {
    await("workers of " + function, () -> status(function)[2] == workers);
  }

  static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  private static final class Ours extends ServerUnderTest {
    private final Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final GearmanServer server =
        GearmanServer.create(vertx, new GearmanServerOptions().setPort(0).setHost(HOST));

    Ours() {
      server.listen().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public int port() {
      return server.actualPort();
    }

    @Override
    public void close() {
      server.close().compose(v -> vertx.close()).toCompletionStage().toCompletableFuture().join();
    }
  }

  private static final class Gearmand extends ServerUnderTest {
    private static final String PROGRAM = "/usr/sbin/gearmand";

    private final int port;
    private final Process process;

    Gearmand() throws IOException {
      ExternalProgram.require(PROGRAM, "gearman-job-server");
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      process =
          new ProcessBuilder(PROGRAM, "-p", portText(), "-L", HOST, "--log-file=stderr")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      await("gearmand to listen", this::accepts);
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
