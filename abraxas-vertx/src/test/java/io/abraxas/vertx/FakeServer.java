package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.MemoryBudget;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketDecoder;
import io.abraxas.vertx.protocol.PacketEncoder;
import io.abraxas.vertx.protocol.PacketListener;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A server that does only what the test says: it records what arrives, as {@code TYPE arg arg}, and
 * sends what it is told. It speaks with one connection at a time: the next one is read when the end
 * of the last one is recorded, so that records come in the order in which clients did things.
 */
final class FakeServer implements AutoCloseable {
  /** Recorded when a connection ends. */
  static final String CLOSED = "closed";

  private final NetServer server;
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  /** The end of the connection that came last. */
  private Future<Void> ended = Future.succeededFuture();

  private volatile NetSocket socket;
  private volatile boolean grantsOptions = true;
  private volatile boolean grantsStreaming = true;
  private volatile boolean answersOptions = true;
  private volatile String cluster;

  FakeServer(Vertx vertx) {
    server = vertx.createNetServer().connectHandler(this::accept);
    Waits.result(server.listen(0, "127.0.0.1"));
  }

  FakeServer refusingOptions() {
    grantsOptions = false;
    return this;
  }

  FakeServer refusingStreaming() {
    grantsStreaming = false;
    return this;
  }

  FakeServer inCluster(String name) {
    cluster = name;
    return this;
  }

  FakeServer silentOnOptions() {
    answersOptions = false;
    return this;
  }

  String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  GearmanClientOptions options() {
    return new GearmanClientOptions()
        .addServer(address())
        .setReconnectDelay(5)
        .setMaxReconnectDelay(20);
  }

  private void accept(NetSocket accepted) {
    accepted.pause();
    Future<Void> before = ended;
    Promise<Void> end = Promise.promise();
    ended = end.future();
    before.onComplete(
        gone -> {
          socket = accepted;
          accepted.resume();
        });
    accepted.exceptionHandler(e -> {});
    PacketDecoder decoder =
        new PacketDecoder(
            new Recorder(), PacketDecoder.DEFAULT_MAX_BODY_LENGTH, MemoryBudget.UNLIMITED);
    accepted.closeHandler(
        v -> {
          decoder.stop();
          seen.add(CLOSED);
          end.complete();
        });
    accepted.handler(
        data ->
            decoder.decode(
                Unpooled.wrappedBuffer(data.getBytes()), UnpooledByteBufAllocator.DEFAULT));
  }

  /** The next thing that arrived. OPTION_REQ is answered and not told. */
  String next() {
    return Waits.next(seen);
  }

  /** Whether nothing is waiting to be told. */
  boolean isQuiet() {
    return seen.isEmpty();
  }

  void send(PacketType type, String... arguments) {
    byte[][] bytes = new byte[arguments.length][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
    }
    ByteBuf out = Unpooled.buffer();
    PacketEncoder.write(out, Magic.RESPONSE, type, bytes);
    socket.write(BufferInternal.buffer(out));
  }

  void sendRaw(Buffer bytes) {
    socket.write(bytes);
  }

  /** Reads nothing more, until {@link #resume}. */
  void pause() {
    socket.pause();
  }

  void resume() {
    socket.resume();
  }

  void cut() {
    Waits.result(socket.close());
  }

  @Override
  public void close() {
    Waits.result(server.close());
  }

  private final class Recorder implements PacketListener {
    @Override
    public void packet(Packet packet) {
      StringBuilder text = new StringBuilder(packet.type().toString());
      for (int i = 0; i < packet.argumentsFound(); i++) {
        text.append(' ').append(packet.text(i, StandardCharsets.UTF_8));
      }
      if (packet.type() == PacketType.OPTION_REQ) {
        String option = packet.text(0, StandardCharsets.UTF_8);
        if (!answersOptions) {
          return;
        }
        if (option.equals("cluster") && cluster != null) {
          send(PacketType.OPTION_RES, "cluster=" + cluster);
        } else if (grantsOptions && (grantsStreaming || !option.equals("streaming"))) {
          send(PacketType.OPTION_RES, option);
        } else {
          send(PacketType.ERROR, "UNKNOWN_OPTION", "no");
        }
      } else {
        seen.add(text.toString());
      }
    }

    @Override
    public void line(ByteBuf buffer, int start, int length) {
      seen.add(buffer.toString(start, length, StandardCharsets.UTF_8));
    }

    @Override
    public void discarded(PacketType type) {
      seen.add("discarded " + type);
    }

    @Override
    public void malformed(Malformed reason) {
      seen.add("malformed " + reason);
    }
  }
}
