package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A link between two brokers without sockets: what is said waits until the test delivers it. */
final class TestLink {
  final End a;
  final End b;

  /** All that was said, by whom and in short. */
  final List<String> said = new ArrayList<>();

  private boolean cut;

  TestLink(Harness a, Harness b) {
    this.a = new End(a, "a");
    this.b = new End(b, "b");
    this.a.other = this.b;
    this.b.other = this.a;
    this.a.session = a.broker.connectNode(this.a, b.origins.incarnation(0));
    this.b.session = b.broker.connectNode(this.b, a.origins.incarnation(0));
    a.endTurn();
    b.endTurn();
  }

  /** Delivers everything, and what it leads to, until nobody says anything more. */
  void settle() {
    for (int i = 0; hear(); i++) {
      assertThat(i).as("messages without an end: %s", said).isLessThan(10_000);
    }
  }

  /** From now on nothing that is said arrives; what is under way may. */
  void cut() {
    cut = true;
  }

  /** Each end takes its next message; false: there was none. */
  boolean hear() {
    boolean heardByA = a.hear();
    boolean heardByB = b.hear();
    return heardByA || heardByB;
  }

  boolean isCut() {
    return cut;
  }

  /** Both ends notice that the link is lost, and what is under way is lost too. */
  void lose() {
    cut();
    a.notice();
    b.notice();
  }

  /** What was said since the last time. */
  List<String> saidNow() {
    List<String> now = new ArrayList<>(said);
    said.clear();
    return now;
  }

  /** The request of the other node that an answer is about. */
  private static final class Slot implements ReplySlot {
    final long id;
    boolean answered;

    Slot(long id) {
      this.id = id;
    }
  }

  /** One node's end: what its broker says goes to the other one. */
  final class End implements Neighbour {
    final Harness node;
    final String name;
    final ArrayDeque<Runnable> incoming = new ArrayDeque<>();
    Session session;
    End other;

    End(Harness node, String name) {
      this.node = node;
      this.name = name;
    }

    /** Takes the next message; false: there is none. */
    boolean hear() {
      Runnable next = session.closed ? null : incoming.poll();
      if (next == null) {
        return false;
      }
      next.run();
      node.endTurn();
      return true;
    }

    /** The loss of the link becomes known here. */
    void notice() {
      if (!session.closed) {
        incoming.clear();
        node.broker.disconnect(session);
        node.endTurn();
      }
    }

    private void say(String text, Runnable atOther) {
      assertThat(session != null && session.closed).as("said after the link: %s", text).isFalse();
      if (!cut) {
        said.add(name + " " + text);
        other.incoming.add(atOther);
      }
    }

    private Exchange there() {
      return other.node.broker.exchange();
    }

    /** The handle that a job of this node has at the other. */
    private long abroad(long handle) {
      int index = Origins.index(handle);
      Origins here = node.origins;
      int there = other.node.origins.enter(here.name(index), here.incarnation(index));
      return Origins.handle(there, Origins.number(handle));
    }

    @Override
    public void want(byte[] function) {
      say(
          "want " + Member.text(function),
          () -> there().want(other.session, Unpooled.wrappedBuffer(function), 0, function.length));
    }

    @Override
    public void unwant(byte[] function) {
      say(
          "unwant " + Member.text(function),
          () ->
              there().unwant(other.session, Unpooled.wrappedBuffer(function), 0, function.length));
    }

    @Override
    public void surplus(byte[] function, int count) {
      say(
          "surplus " + Member.text(function) + " " + count,
          () ->
              there()
                  .surplus(
                      other.session, Unpooled.wrappedBuffer(function), 0, function.length, count));
    }

    @Override
    public void borrow(long id, List<byte[]> functions) {
      say(
          "borrow " + String.join(",", functions.stream().map(Member::text).toList()),
          () -> there().borrow(other.session, id, functions));
    }

    @Override
    public void lend(long id, Job job, int left) {
      assertThat(job.isBorrowed()).as("lent further: %d", job.handle).isFalse();
      StoredJob here = StoredJob.of(job, 0);
      StoredJob lent =
          new StoredJob(
              abroad(job.handle),
              here.function(),
              here.unique(),
              here.fromSchedule(),
              here.priority(),
              here.retries(),
              0,
              here.dueMillis(),
              here.payload(),
              here.reducer());
      boolean background = job.background;
      say(
          "lend " + Origins.number(job.handle) + " " + left,
          () -> there().lend(other.session, id, lent, background, left));
    }

    @Override
    public void nothing(long id) {
      say("nothing", () -> there().nothing(other.session, id));
    }

    @Override
    public void giveBack(long handle, boolean counted) {
      long abroad = abroad(handle);
      say(
          "back " + Origins.number(handle) + (counted ? " counted" : ""),
          () -> there().givenBack(other.session, abroad, counted));
    }

    @Override
    public void relay(WorkReport report, ByteBuf body, int start, int length) {
      String text = body.toString(start, length, StandardCharsets.ISO_8859_1);
      int end = text.indexOf('\0');
      String handle = end < 0 ? text : text.substring(0, end);
      String rest = end < 0 ? "" : text.substring(end);
      long abroad = abroad(Long.parseLong(handle));
      say(
          report.name().toLowerCase(java.util.Locale.ROOT),
          () -> other.report(report, abroad, abroad + rest));
    }

    private void report(WorkReport report, long handle, String body) {
      ByteBuf bytes = Unpooled.wrappedBuffer(Member.bytes(body));
      int length = bytes.readableBytes();
      if (report == WorkReport.STATUS) {
        String[] words = body.split("\0", -1);
        node.broker.progress(
            session, handle, Long.parseLong(words[1]), Long.parseLong(words[2]), bytes, 0, length);
      } else {
        node.broker.report(session, report, handle, bytes, 0, length);
      }
    }

    @Override
    public void fail(long handle) {
      long abroad = abroad(handle);
      say("fail", () -> other.report(WorkReport.FAIL, abroad, "" + abroad));
    }

    @Override
    public void attach(long id, long handle, boolean background) {
      long abroad = abroad(handle);
      say(
          "attach " + Origins.number(handle) + (background ? " background" : ""),
          () -> there().attach(other.session, new Slot(id), abroad, background));
    }

    @Override
    public void jobCreated(ReplySlot slot, long handle) {
      say("attached", () -> there().attached(other.session, answered(slot)));
    }

    @Override
    public void gone(ReplySlot slot) {
      say("gone", () -> there().gone(other.session, answered(slot)));
    }

    @Override
    public void refused(ReplySlot slot, Refusal refusal) {
      if (slot == null) {
        // A report on a job that was taken back meanwhile.
        assertThat(refusal.code()).isEqualTo("JOB_NOT_FOUND");
      } else {
        say("refused " + refusal, () -> there().refused(other.session, answered(slot), refusal));
      }
    }

    private long answered(ReplySlot slot) {
      Slot asked = (Slot) slot;
      assertThat(asked.answered).as("answered twice").isFalse();
      asked.answered = true;
      return asked.id;
    }

    @Override
    public void detach(long handle) {
      long abroad = abroad(handle);
      say("detach " + Origins.number(handle), () -> there().detach(other.session, abroad));
    }

    @Override
    public ReplySlot holdReply() {
      throw new AssertionError("a link submits nothing");
    }

    @Override
    public void assign(Job job, Grab grab) {
      throw new AssertionError("a link does not grab");
    }

    @Override
    public void noJob() {
      throw new AssertionError("a link does not grab");
    }

    @Override
    public void wake() {
      throw new AssertionError("a link does not sleep");
    }
  }
}
