package io.abraxas.server.link;

import static io.abraxas.vertx.protocol.PacketType.CAN_DO;
import static io.abraxas.vertx.protocol.PacketType.ERROR;
import static io.abraxas.vertx.protocol.PacketType.GRAB_JOB;
import static io.abraxas.vertx.protocol.PacketType.JOB_ASSIGN;
import static io.abraxas.vertx.protocol.PacketType.JOB_CREATED;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB;
import static io.abraxas.vertx.protocol.PacketType.SUBMIT_JOB_BG;
import static io.abraxas.vertx.protocol.PacketType.WORK_COMPLETE;
import static io.abraxas.vertx.protocol.PacketType.WORK_DATA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.abraxas.server.LinkedServer;
import io.abraxas.server.LogCapture;
import io.abraxas.server.WireClient;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node against a bare socket that says it is one. The node is number 5, the socket number 3. */
@Timeout(60)
class LinkWireTest {
  private static final String OTHER = String.format("%019d", 3);

  private final Town town = new Town();
  private final LinkedServer.Setup setup = new LinkedServer.Setup();
  private LogCapture log;
  private LinkedServer node;

  @BeforeEach
  void start() {
    log = LogCapture.start();
    town.enter(new LinkNode(OTHER, "127.0.0.1", 0, "token3"));
    node = LinkedServer.start(town, 5, setup);
  }

  @AfterEach
  void stop() {
    node.close();
    log.close();
    assertThat(log.stackTraces()).isEmpty();
  }

  /** A socket that speaks frames. */
  private static final class Caller implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Caller(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      in = new DataInputStream(socket.getInputStream());
    }

    Caller say(int type, ByteBuf body) throws IOException {
      ByteBuf frame = Unpooled.buffer().writeInt(body.readableBytes() + 1).writeByte(type);
      frame.writeBytes(body);
      return say(frame);
    }

    Caller say(ByteBuf bytes) throws IOException {
      byte[] all = new byte[bytes.readableBytes()];
      bytes.readBytes(all);
      socket.getOutputStream().write(all);
      return this;
    }

    Caller hello(LinkHello hello) throws IOException {
      ByteBuf body = Unpooled.buffer();
      hello.write(body);
      return say(LinkMessage.HELLO.code(), body);
    }

    /** The body of the next frame of this type; pings between do not count. */
    ByteBuf expect(LinkMessage message) throws IOException {
      while (true) {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        if (frame[0] == message.code()) {
          return Unpooled.wrappedBuffer(frame, 1, frame.length - 1);
        }
        assertThat((int) frame[0]).isEqualTo(LinkMessage.PING.code());
      }
    }

    void expectClosed() throws IOException {
      try {
        while (true) {
          byte[] frame = new byte[in.readInt()];
          in.readFully(frame);
          assertThat((int) frame[0]).isEqualTo(LinkMessage.PING.code());
        }
      } catch (EOFException | SocketException e) {
        // As expected.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Caller call() throws IOException {
    return new Caller(node.linkPort());
  }

  private static ByteBuf body(String hex) {
    return Unpooled.wrappedBuffer(io.netty.buffer.ByteBufUtil.decodeHexDump(hex));
  }

  private void expectInLog(String text) {
    await().until(() -> log.lines().stream().anyMatch(line -> line.contains(text)));
  }

  private Caller linked() throws IOException {
    Caller caller = call().hello(new LinkHello(OTHER, "token5"));
    LinkHello hello = LinkHello.read(caller.expect(LinkMessage.HELLO));
    assertThat(hello).isEqualTo(new LinkHello(node.incarnation(), "token3"));
    return caller;
  }

  @Test
  void welcomesANodeThatKnowsItsToken() throws IOException {
    try (Caller caller = linked()) {
      assertThat(node.linked()).isOne();
      caller.expect(LinkMessage.PING);
    }
    await().until(() -> node.linked() == 0);
    expectInLog("the link to node " + OTHER + " was lost");
  }

  @Test
  void welcomesANodeOfALaterVersionThatCanTalkToThisOne() throws IOException {
    try (Caller caller = call().hello(new LinkHello(9, 1, OTHER, "token5"))) {
      caller.expect(LinkMessage.HELLO);
    }
  }

  @Test
  void refusesANodeOfALaterVersionThatCannot() throws IOException {
    try (Caller caller = call().hello(new LinkHello(9, 2, OTHER, "token5"))) {
      caller.expectClosed();
    }
    expectInLog("it speaks version 9 of links, this is 1");
  }

  @Test
  void refusesAWrongToken() throws IOException {
    try (Caller caller = call().hello(new LinkHello(OTHER, "token3"))) {
      caller.expectClosed();
    }
    expectInLog("node " + OTHER + " has the wrong token");
    assertThat(node.linked()).isZero();
  }

  @Test
  void refusesWhoIsNotKnownOrDeadOrItself() throws IOException {
    String stranger = String.format("%019d", 4);
    for (String who : new String[] {stranger, node.incarnation(), ""}) {
      try (Caller caller = call().hello(new LinkHello(who, "token5"))) {
        caller.expectClosed();
      }
      expectInLog("node " + who + " is not known here, or dead");
      log.clear();
    }
    town.died(OTHER);
    try (Caller caller = call().hello(new LinkHello(OTHER, "token5"))) {
      caller.expectClosed();
    }
    expectInLog("node " + OTHER + " is not known here, or dead");
  }

  @Test
  void closesTheLinkOfANodeThatDied() throws IOException {
    try (Caller caller = linked()) {
      town.died(OTHER);
      node.review();
      caller.expectClosed();
    }
  }

  @Test
  void refusesWhoSaysSomethingElseFirst() throws IOException {
    for (String bytes :
        new String[] {"0000000102", "000000050100000000", "00000001ff", "00000000"}) {
      try (Caller caller = call().say(body(bytes))) {
        caller.expectClosed();
      }
      expectInLog("closing the link to an unknown node");
      log.clear();
    }
    try (Caller caller =
        call()
            .say(
                Unpooled.wrappedBuffer(
                    "GET / HTTP/1.1\r\n\r\n"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))) {
      caller.expectClosed();
    }
  }

  @Test
  void skipsWhatALaterVersionMaySayBesides() throws IOException {
    try (Caller caller = linked()) {
      caller.say(18, body("00")).say(127, body(""));
      caller.say(LinkMessage.QUESTION.code(), body("0000000000000007" + "7f"));
      assertThat(caller.expect(LinkMessage.ANSWER)).isEqualTo(body("0000000000000007"));
    }
  }

  @Test
  void closesWhenALaterVersionSaysWhatMustBeKnown() throws IOException {
    try (Caller caller = linked()) {
      caller.say(128, body("")).expectClosed();
    }
    expectInLog("something of type 128, which a later version must explain");
  }

  @Test
  void closesWhenAFrameIsCutOffOrMakesNoSense() throws IOException {
    for (LinkMessage message : LinkMessage.values()) {
      // An empty report of a kind that is known is one byte; a ping is whole.
      if (message != LinkMessage.PING) {
        try (Caller caller = linked()) {
          caller.say(message.code(), body(message == LinkMessage.LEND ? "00".repeat(40) : ""));
          caller.expectClosed();
        }
        expectInLog("closing the link to node " + OTHER);
        log.clear();
      }
    }
  }

  @Test
  void survivesReportsOnJobsThatAreNotLent() throws IOException {
    try (Caller caller = linked()) {
      for (int kind = 0; kind < 9; kind++) {
        caller.say(LinkMessage.REPORT.code(), Unpooled.buffer().writeByte(kind));
        caller.say(
            LinkMessage.REPORT.code(),
            Unpooled.buffer().writeByte(kind).writeBytes(new byte[] {'x', 0, '1', 0}));
      }
      caller.say(LinkMessage.GIVE_BACK.code(), body("0148"));
      caller.say(LinkMessage.NOTHING.code(), body("0000000000000007"));
      caller.say(LinkMessage.ANSWER.code(), body("0000000000000007"));
      caller.say(LinkMessage.UNWANT.code(), body("000166"));
      caller.say(LinkMessage.SURPLUS.code(), body("00000001" + "000166"));
      caller.say(LinkMessage.BORROW.code(), body("0000000000000008" + "0001" + "000166"));
      assertThat(caller.expect(LinkMessage.NOTHING)).isEqualTo(body("0000000000000008"));
    }
  }

  private static String hex(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return String.format("%02x", bytes.length) + HexFormat.of().formatHex(bytes);
  }

  private static ByteBuf attach(String id, String flags, String name, String key) {
    return body(id + flags + hex(name) + hex(key));
  }

  @Test
  void letsANodeJoinAJobHoweverItsWordsAreSplit() throws IOException {
    WireClient client = node.connect();
    try (Caller caller = linked()) {
      String handle = client.submit(SUBMIT_JOB, "f", "u", "p");
      ByteBuf whole = attach("0000000000000007", "00", "H:node5", node.incarnation() + ".1");
      int length = whole.readableBytes();
      for (int split = 1; split < length; split++) {
        ByteBuf frame =
            Unpooled.buffer().writeInt(length + 1).writeByte(13).writeBytes(whole.copy());
        caller.say(frame.readBytes(split)).say(frame);
        assertThat(caller.expect(LinkMessage.ATTACHED)).isEqualTo(body("0000000000000007"));
        caller.say(17, Unpooled.copiedBuffer(handle, StandardCharsets.US_ASCII));
      }
      caller.say(13, whole);
      assertThat(caller.expect(LinkMessage.ATTACHED)).isEqualTo(body("0000000000000007"));
      client.close();
      WireClient worker = node.connect().send(CAN_DO, "f");
      caller.expect(LinkMessage.WANT);
      worker.send(GRAB_JOB).expect(JOB_ASSIGN, handle, "f", "p");
      worker.send(WORK_COMPLETE, handle, "r");
      ByteBuf report = caller.expect(LinkMessage.REPORT);
      assertThat(report.toString(StandardCharsets.US_ASCII)).isEqualTo("\4" + handle + "\0r");
    }
  }

  @Test
  void tellsANodeThatAJobIsGoneOnlyIfItWouldKnow() throws IOException {
    try (Caller caller = linked()) {
      caller.say(13, attach("0000000000000008", "01", "H:node5", node.incarnation() + ".99"));
      assertThat(caller.expect(LinkMessage.GONE)).isEqualTo(body("0000000000000008"));
      caller.say(13, attach("0000000000000009", "00", "H:dead", "9".repeat(19) + ".1"));
      assertThat(caller.expect(LinkMessage.REFUSED)).isEqualTo(body("0000000000000009" + "00"));
      caller.say(13, attach("000000000000000a", "00", "H:node5", node.incarnation() + ".x"));
      caller.expectClosed();
    }
    expectInLog("a job with the key");
  }

  @Test
  void joinsAJobOfAnotherNode() throws IOException {
    node.close();
    setup.owner =
        origins ->
            Owner.elsewhere(Origins.handle(origins.enter("H:node3", OTHER), 42), OTHER, null);
    node = LinkedServer.start(town, 5, setup);
    String handle = "H:node3:" + OTHER + "42";
    WireClient client = node.connect();
    try (Caller caller = linked();
        WireClient other = node.connect()) {
      client.send(SUBMIT_JOB, "f", "u", "p");
      assertThat(caller.expect(LinkMessage.ATTACH))
          .isEqualTo(attach("0000000000000001", "00", "H:node3", OTHER + ".42"));
      caller.say(14, body("0000000000000001"));
      client.expect(JOB_CREATED, handle);
      other.send(SUBMIT_JOB_BG, "f", "u", "p");
      assertThat(caller.expect(LinkMessage.ATTACH))
          .isEqualTo(attach("0000000000000002", "01", "H:node3", OTHER + ".42"));
      caller.say(16, body("0000000000000002" + "01"));
      other.expect(ERROR, "QUEUE_ERROR", "Job could not be stored");
      caller.say(10, Unpooled.copiedBuffer("\2" + handle + "\0some", StandardCharsets.US_ASCII));
      client.expect(WORK_DATA, handle, "some");
      client.close();
      assertThat(caller.expect(LinkMessage.DETACH).toString(StandardCharsets.US_ASCII))
          .isEqualTo(handle);
      other.send(SUBMIT_JOB, "f", "u", "p");
      caller.expect(LinkMessage.ATTACH);
      caller.say(15, body("0000000000000003"));
      assertThat(other.expect(JOB_CREATED).handle()).startsWith("H:node5:");
    }
  }

  @Test
  void closesALinkOnWhichNothingIsHeard() throws IOException {
    node.close();
    setup.timeoutMillis = 300;
    node = LinkedServer.start(town, 5, setup);
    try (Caller silent = linked();
        Caller stranger = call()) {
      silent.expectClosed();
      stranger.expectClosed();
    }
    expectInLog("it has said nothing for 300 ms");
  }

  @Test
  void theNewerOfTwoLinksWithANodeStays() throws IOException {
    try (Caller older = linked();
        Caller newer = linked()) {
      older.expectClosed();
      newer.expect(LinkMessage.PING);
      assertThat(node.linked()).isOne();
    }
  }
}
