package io.abraxas.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A connection in a script, client and worker at once. It writes down what it is told, a line for
 * each packet, in the order in which a peer would see it: what follows a reply that is held waits.
 */
final class Member implements Peer {
  /** Before every argument, so that indexes taken for relative ones are found out. */
  private static final int PADDING = 3;

  final Harness harness;
  final Session session;
  private final List<Line> told = new ArrayList<>();
  private final Submit submit = new Submit();

  /** Hears every line but replies to submits at once, although the peer may see it later. */
  Consumer<String> listener = line -> {};

  /** A packet to this peer; its text is null while the reply is held. */
  private static final class Line implements ReplySlot {
    String text;
  }

  Member(Harness harness) {
    this.harness = harness;
    session = harness.broker.connect(this, "127.0.0.1");
  }

  // What it says.

  Member canDo(String function) {
    return canDo(function, 0);
  }

  Member canDo(String function, long timeoutMillis) {
    harness.broker.canDo(session, buffer(function), PADDING, function.length(), timeoutMillis);
    return done();
  }

  Member cantDo(String function) {
    harness.broker.cantDo(session, buffer(function), PADDING, function.length());
    return done();
  }

  Member resetAbilities() {
    harness.broker.resetAbilities(session);
    return done();
  }

  Member sleep() {
    harness.broker.preSleep(session);
    return done();
  }

  Member grab() {
    return grab(Grab.PLAIN);
  }

  Member grab(Grab grab) {
    harness.broker.grab(session, grab);
    return done();
  }

  Member withExceptions() {
    harness.broker.enableExceptions(session);
    return done();
  }

  Member withStreaming() {
    harness.broker.enableStreaming(session);
    return done();
  }

  Member submit(String function, String unique, String payload) {
    return submit(Priority.NORMAL, false, function, unique, payload);
  }

  Member background(String function, String unique, String payload) {
    return submit(Priority.NORMAL, true, function, unique, payload);
  }

  Member submit(
      Priority priority, boolean background, String function, String unique, String payload) {
    fill(priority, background, function, unique, "", payload);
    harness.broker.submit(session, submit);
    return done();
  }

  Member submitAt(String function, String unique, String payload, long epochMillis) {
    fill(Priority.NORMAL, true, function, unique, "", payload).due(epochMillis);
    harness.broker.submit(session, submit);
    return done();
  }

  Member reduce(String function, String unique, String reducer, String payload) {
    fill(Priority.NORMAL, false, function, unique, reducer, payload);
    harness.broker.submit(session, submit);
    return done();
  }

  Member schedule(String function, String unique, String payload, Recurrence recurrence) {
    fill(Priority.NORMAL, true, function, unique, "", payload);
    harness.broker.submitSchedule(session, submit, recurrence, "* * * * *");
    return done();
  }

  Member status(long handle, int numerator, int denominator) {
    ByteBuf body = body(handle, numerator + "\0" + denominator);
    harness.broker.progress(
        session, handle, numerator, denominator, body, PADDING, body.writerIndex() - PADDING);
    return done();
  }

  Member report(WorkReport report, long handle, String data) {
    ByteBuf body = body(handle, data);
    harness.broker.report(session, report, handle, body, PADDING, body.writerIndex() - PADDING);
    return done();
  }

  Member data(long handle, String data) {
    return report(WorkReport.DATA, handle, data);
  }

  Member complete(long handle, String result) {
    return report(WorkReport.COMPLETE, handle, result);
  }

  Member failed(long handle) {
    return report(WorkReport.FAIL, handle, "");
  }

  Member exception(long handle, String data) {
    return report(WorkReport.EXCEPTION, handle, data);
  }

  Member leave() {
    harness.broker.disconnect(session);
    return done();
  }

  private Submit fill(
      Priority priority,
      boolean background,
      String function,
      String unique,
      String reducer,
      String payload) {
    int uniqueAt = PADDING + function.length();
    int reducerAt = uniqueAt + unique.length();
    int payloadAt = reducerAt + reducer.length();
    return submit
        .set(buffer(function + unique + reducer + payload), priority, background)
        .function(PADDING, function.length())
        .unique(uniqueAt, unique.length())
        .reducer(reducerAt, reducer.length())
        .payload(payloadAt, payload.length());
  }

  private Member done() {
    harness.endTurn();
    return this;
  }

  // What it is told.

  /** Exactly this was said since the last time, and may have been seen by the peer. */
  Member expect(String... lines) {
    assertThat(seen()).containsExactly(lines);
    return this;
  }

  Member expectNothing() {
    return expect();
  }

  /** The number in the JOB_CREATED that is all that was said since the last time. */
  long handleOfCreated() {
    List<String> seen = seen();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).startsWith("created ");
    return Long.parseLong(seen.get(0).substring(8));
  }

  /** What a peer would have seen since the last time. */
  List<String> seen() {
    List<String> seen = new ArrayList<>();
    while (!told.isEmpty() && told.get(0).text != null) {
      seen.add(told.remove(0).text);
    }
    return seen;
  }

  @Override
  public ReplySlot holdReply() {
    assertOpen();
    Line line = new Line();
    told.add(line);
    return line;
  }

  @Override
  public void jobCreated(ReplySlot slot, long handle) {
    reply(slot, "created " + handle);
  }

  @Override
  public void refused(ReplySlot slot, Refusal refusal) {
    reply(slot, "refused " + refusal);
  }

  private void reply(ReplySlot slot, String text) {
    if (slot == null) {
      tell(text);
      return;
    }
    assertOpen();
    Line line = (Line) slot;
    assertThat(line.text).as("a second reply in the place of the first").isNull();
    line.text = text;
  }

  @Override
  public void assign(Job job, Grab grab) {
    String text = "assign " + shown(job.handle()) + " " + text(job.functionName());
    if (grab != Grab.PLAIN) {
      text += " " + text(job.unique());
    }
    if (grab == Grab.WITH_REDUCER && job.reducer() != null) {
      text += " " + text(job.reducer());
    }
    tell(text + " " + text(job.payload()));
  }

  /** As a peer sees it, which cannot tell a copy from the job. */
  private static long shown(long handle) {
    return Origins.handle(Origins.index(handle), Origins.number(handle));
  }

  @Override
  public void noJob() {
    tell("nojob");
  }

  @Override
  public void wake() {
    tell("noop");
  }

  @Override
  public void relay(WorkReport report, ByteBuf body, int start, int length) {
    String text = body.toString(start, length, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    tell(report.name().toLowerCase(java.util.Locale.ROOT) + " " + text.trim());
  }

  @Override
  public void fail(long handle) {
    tell("fail " + handle);
  }

  private void tell(String text) {
    assertOpen();
    Line line = new Line();
    line.text = text;
    told.add(line);
    listener.accept(text);
  }

  private void assertOpen() {
    assertThat(session != null && session.closed).as("told something after it left").isFalse();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.buffer().writeZero(PADDING).writeBytes(bytes(text));
  }

  private static ByteBuf body(long handle, String data) {
    return buffer(data.isEmpty() ? "" + handle : handle + "\0" + data);
  }
}
