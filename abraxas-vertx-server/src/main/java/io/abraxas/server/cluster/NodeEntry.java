package io.abraxas.server.cluster;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * What the cluster knows of one start of a server, in the map {@link Maps#NODES} under its
 * incarnation. Immutable.
 *
 * <p>While that server is there, it is the home of its jobs, whatever the entry says. Once it is
 * gone, home and epoch tell who is: whoever becomes it changes both in one compare-and-set.
 *
 * <pre>
 *  1      version of the writer
 *  1      oldest version that may read it
 *  1      state: 1 up, 2 leaving, 3 handed, 4 left
 *  8 + 8  UUID of its member
 *  1 + n  host of its link
 *  2      port of its link, 0: none
 *  1 + n  token of its link
 *  1 + n  home of its jobs, an incarnation
 *  8      epoch: how often the home has changed
 *  ...    tags: 1 tag, 4 length, bytes
 * </pre>
 *
 * <p>What comes behind the fields is kept as it is, so that an entry of a later version loses
 * nothing when its home changes. Equal entries have equal bytes and the other way round, which is
 * what a compare-and-set needs.
 */
final class NodeEntry {
  /** What this program writes. */
  static final int VERSION = 1;

  private static final int OLDEST = 1;

  /** Where a server is in its life; they follow each other in this order. */
  enum State {
    UP(1),
    /** Accepts nothing any more and gives nothing out. */
    LEAVING(2),
    /** Others may become the home of its jobs, except of those it lists as running. */
    HANDED(3),
    /** No server any more, even though its member may still be there. */
    LEFT(4);

    private final byte code;

    State(int code) {
      this.code = (byte) code;
    }

    private static State of(byte code) {
      for (State state : values()) {
        if (state.code == code) {
          return state;
        }
      }
      throw new IllegalArgumentException("state " + code);
    }
  }

  private final byte[] bytes;
  private final State state;
  private final UUID member;
  private final String linkHost;
  private final int linkPort;
  private final String linkToken;
  private final String home;
  private final long epoch;

  /** Where the state is in the bytes. */
  private static final int STATE_AT = 2;

  private static final int MEMBER_AT = 3;

  /** Where the length of the home is in the bytes. */
  private final int homeAt;

  private NodeEntry(byte[] bytes) {
    this.bytes = bytes;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get() & 0xff;
    int oldest = in.get() & 0xff;
    if (version == 0 || oldest > VERSION) {
      throw new IllegalArgumentException(
          "it needs version " + oldest + " of entries, this is " + VERSION);
    }
    state = State.of(in.get());
    member = new UUID(in.getLong(), in.getLong());
    linkHost = text(in);
    linkPort = in.getShort() & 0xffff;
    linkToken = text(in);
    homeAt = in.position();
    home = text(in);
    epoch = in.getLong();
  }

  private static String text(ByteBuffer in) {
    int length = in.get() & 0xff;
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /**
   * The entry of a server that has just started: up, and the home of its own jobs.
   *
   * @param linkHost where other servers reach it, at most 255 bytes, like the token
   * @param linkPort 0 when they cannot
   * @param linkToken what they have to know
   */
  static NodeEntry started(
      String incarnation, UUID member, String linkHost, int linkPort, String linkToken) {
    byte[] host = linkHost.getBytes(StandardCharsets.UTF_8);
    byte[] token = linkToken.getBytes(StandardCharsets.UTF_8);
    byte[] home = incarnation.getBytes(StandardCharsets.UTF_8);
    if (host.length > 255 || token.length > 255 || home.length > 255) {
      throw new IllegalArgumentException("a text of more than 255 bytes");
    }
    int size = MEMBER_AT + 16 + 1 + host.length + 2 + 1 + token.length + 1 + home.length + 8;
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) VERSION).put((byte) OLDEST).put(State.UP.code);
    out.putLong(member.getMostSignificantBits()).putLong(member.getLeastSignificantBits());
    out.put((byte) host.length).put(host).putShort((short) linkPort);
    out.put((byte) token.length).put(token);
    out.put((byte) home.length).put(home).putLong(0);
    return new NodeEntry(out.array());
  }

  /**
   * The entry with these bytes, which are not copied.
   *
   * @throws IllegalArgumentException when they are none, or of a version that this one cannot read
   */
  static NodeEntry of(byte[] bytes) {
    try {
      return new NodeEntry(bytes);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off", e);
    }
  }

  /** As the map has it; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  State state() {
    return state;
  }

  /** The Hazelcast member it is; another one after its member was merged into another cluster. */
  UUID member() {
    return member;
  }

  String linkHost() {
    return linkHost;
  }

  int linkPort() {
    return linkPort;
  }

  String linkToken() {
    return linkToken;
  }

  /** Which server is the home of its jobs once it is gone. */
  String home() {
    return home;
  }

  /** How often the home has changed. */
  long epoch() {
    return epoch;
  }

  /** The version of the program that wrote it first. */
  int version() {
    return bytes[0] & 0xff;
  }

  /** This entry in another state. */
  NodeEntry in(State next) {
    byte[] changed = bytes.clone();
    changed[STATE_AT] = next.code;
    return new NodeEntry(changed);
  }

  /** This entry with another member. */
  NodeEntry withMember(UUID next) {
    byte[] changed = bytes.clone();
    ByteBuffer.wrap(changed)
        .putLong(MEMBER_AT, next.getMostSignificantBits())
        .putLong(MEMBER_AT + 8, next.getLeastSignificantBits());
    return new NodeEntry(changed);
  }

  /** This entry as its new home claims it: with the next epoch. */
  NodeEntry claimedBy(String heir) {
    byte[] next = heir.getBytes(StandardCharsets.UTF_8);
    int restAt = homeAt + 1 + (bytes[homeAt] & 0xff) + 8;
    ByteBuffer out = ByteBuffer.allocate(homeAt + 1 + next.length + 8 + bytes.length - restAt);
    out.put(bytes, 0, homeAt);
    out.put((byte) next.length).put(next).putLong(epoch + 1);
    out.put(bytes, restAt, bytes.length - restAt);
    return new NodeEntry(out.array());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeEntry entry && Arrays.equals(bytes, entry.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return state + " member " + member + " home " + home + " epoch " + epoch;
  }
}
