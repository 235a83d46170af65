package io.abraxas.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.abraxas.vertx.protocol.PacketType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A peer made of a bare socket, which sends what a test says and waits, never for long, for what
 * the test expects. Text is one byte a character.
 */
public final class WireClient implements AutoCloseable {
  /** How long anything may take before it counts as not happening. */
  private static final long PATIENCE_MILLIS = 30_000;

  private static final int HEADER = 12;

  private final SocketChannel channel;
  private final Selector selector;

  /** Ready to be read: what came and was not consumed. */
  private ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();

  private boolean ended;

  /** A packet from the server. */
  public record Received(PacketType type, String body) {
    /** Its arguments, the last one running to the end. */
    public List<String> arguments() {
      int count = type.argumentCount();
      return count == 0 ? List.of() : List.of(body.split("\0", count));
    }

    /** The first argument: the handle, in most. */
    public String handle() {
      return arguments().get(0);
    }

    @Override
    public String toString() {
      String text = type + " " + arguments();
      return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }
  }

  private WireClient(SocketAddress address, int receiveBuffer) {
    try {
      channel =
          address instanceof UnixDomainSocketAddress
              ? SocketChannel.open(StandardProtocolFamily.UNIX)
              : SocketChannel.open();
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(address);
      if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      channel.configureBlocking(false);
      selector = Selector.open();
      channel.register(selector, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to a port of this machine. */
  public static WireClient connect(int port) {
    return connect(port, 0);
  }

  /**
   * Connects with a small window, so that little is in flight when the test does not read.
   *
   * @param receiveBuffer in bytes, 0: the system's default
   */
  public static WireClient connect(int port, int receiveBuffer) {
    return new WireClient(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), receiveBuffer);
  }

  /** Connects to any address. */
  public static WireClient connect(String host, int port) {
    return new WireClient(new InetSocketAddress(host, port), 0);
  }

  /** Connects to a Unix socket. */
  public static WireClient connect(Path path) {
    return new WireClient(UnixDomainSocketAddress.of(path), 0);
  }

  /** Sends a packet whose body is the arguments, NULs between them. */
  public WireClient send(PacketType type, String... arguments) {
    return write(packet(type.number(), String.join("\0", arguments)));
  }

  /** Sends text as it is. */
  public WireClient text(String text) {
    return write(text.getBytes(ISO_8859_1));
  }

  /** The bytes of a request, of any number. */
  public static byte[] packet(int number, String body) {
    byte[] bytes = body.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(HEADER + bytes.length)
        .putInt(0x00524551)
        .putInt(number)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /** The bytes of a request. */
  public static byte[] packet(PacketType type, String... arguments) {
    return packet(type.number(), String.join("\0", arguments));
  }

  /** Sends bytes, all of them. */
  public WireClient write(byte[] bytes) {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (out.hasRemaining()) {
      if (!writeSome(out, millisTo(deadline))) {
        fail("the server does not take our bytes, %d are left", out.remaining());
      }
    }
    return this;
  }

  /**
   * Sends what the socket takes.
   *
   * @param millis to wait for it to take anything
   * @return false when it took nothing
   */
  public boolean writeSome(ByteBuffer out, long millis) {
    try {
      int before = out.remaining();
      channel.write(out);
      if (out.remaining() == before && isReady(SelectionKey.OP_WRITE, millis)) {
        channel.write(out);
      }
      return out.remaining() < before;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady(int operation, long millis) throws IOException {
    channel.keyFor(selector).interestOps(operation);
    selector.selectedKeys().clear();
    return selector.select(Math.max(1, millis)) > 0;
  }

  private static long millisTo(long deadline) {
    return Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
  }

  /** Whether {@code bytes} are there, after waiting for them; false when the server closed. */
  private boolean await(int bytes) {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (in.remaining() < bytes && !ended) {
      if (deadline - System.nanoTime() < 0) {
        fail("the server sends nothing; %d bytes are here, %d wanted", in.remaining(), bytes);
      }
      read(bytes, millisTo(deadline));
    }
    return in.remaining() >= bytes;
  }

  private void read(int wanted, long millis) {
    try {
      in.compact();
      int room = Math.max(wanted, in.position() + 1);
      if (in.capacity() < room) {
        in = ByteBuffer.allocate(Math.max(room, 2 * in.capacity())).put(in.flip());
      }
      int count = channel.read(in);
      if (count == 0 && isReady(SelectionKey.OP_READ, millis)) {
        count = channel.read(in);
      }
      ended = count < 0;
    } catch (IOException e) {
      // A reset: the server closed with our bytes unread.
      ended = true;
    } finally {
      in.flip();
    }
  }

  /** Reads up to {@code bytes} bytes and forgets them. */
  public int skip(int bytes) {
    if (!in.hasRemaining()) {
      await(1);
    }
    int n = Math.min(bytes, in.remaining());
    in.position(in.position() + n);
    return n;
  }

  /** Reads a packet. */
  public Received next() {
    if (!await(HEADER)) {
      fail("the server closed the connection; before it sent: %s", rest());
    }
    int start = in.position();
    int magic = in.getInt(start);
    if (magic != 0x00524553) {
      fail("no packet of a server: %s", rest());
    }
    int size = in.getInt(start + 8);
    PacketType type = PacketType.of(in.getInt(start + 4));
    assertThat(await(HEADER + size)).as("the whole packet came").isTrue();
    byte[] body = new byte[size];
    in.position(in.position() + HEADER).get(body);
    return new Received(type, new String(body, ISO_8859_1));
  }

  private String rest() {
    return ISO_8859_1.decode(in.duplicate()).toString();
  }

  /** Reads a packet, which must be of this type. */
  public Received expect(PacketType type) {
    Received packet = next();
    assertThat(packet.type()).as(packet.toString()).isEqualTo(type);
    return packet;
  }

  /** Reads a packet, which must be exactly this. */
  public Received expect(PacketType type, String... arguments) {
    Received packet = expect(type);
    assertThat(packet.body()).isEqualTo(String.join("\0", arguments));
    return packet;
  }

  /** Sends a submit, and returns the handle it is answered with. */
  public String submit(PacketType type, String... arguments) {
    return send(type, arguments).expect(PacketType.JOB_CREATED).handle();
  }

  /** Sends a grab, and returns the job, which must be there. */
  public Received grab() {
    return send(PacketType.GRAB_JOB).expect(PacketType.JOB_ASSIGN);
  }

  /** Checks that all that was sent is handled, without anything in answer to it. */
  public WireClient silence() {
    send(PacketType.ECHO_REQ, "nothing before this").expect(PacketType.ECHO_RES);
    return this;
  }

  /** Reads text up to and including {@code end}. */
  public String textTo(String end) {
    for (int n = end.length(); ; n = in.remaining() + 1) {
      String soFar = await(n) ? rest() : null;
      if (soFar == null) {
        fail("the server closed the connection; before it sent: %s", rest());
      }
      int at = soFar.indexOf(end);
      if (at >= 0) {
        in.position(in.position() + at + end.length());
        return soFar.substring(0, at + end.length());
      }
    }
  }

  /** Says that nothing more will be sent. */
  public WireClient end() {
    try {
      channel.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends an admin command and reads its one line. */
  public String line(String command) {
    return text(command + "\n").textTo("\n");
  }

  /** Sends an admin command and reads its rows, without the final dot. */
  public String rows(String command) {
    text(command + "\n");
    StringBuilder rows = new StringBuilder();
    for (String row = textTo("\n"); !row.equals(".\n"); row = textTo("\n")) {
      rows.append(row);
    }
    return rows.toString();
  }

  /** Reads all until the server closes the connection, and returns it. */
  public String textToEnd() {
    while (await(in.remaining() + 1)) {
      // More came.
    }
    return rest();
  }

  /** Checks that the server closes the connection without another word. */
  public void expectClosed() {
    assertThat(textToEnd()).as("last words").isEmpty();
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
