package io.abraxas.server.link;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.Exchange;
import io.abraxas.server.broker.Handles;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.Session;
import io.abraxas.server.broker.StoredJob;
import io.abraxas.server.broker.WorkReport;
import io.abraxas.server.store.JobRecord;
import io.abraxas.server.store.UnreadableRecordException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of another node become calls of the broker. A frame that is cut off ends in an {@link
 * IndexOutOfBoundsException}, one that makes no sense in an {@link IllegalArgumentException}; both
 * end the link.
 */
final class LinkReader {
  /** Most functions that a request may name. */
  private static final int MAX_FUNCTIONS = 4096;

  private final Links links;
  private final LinkConnection connection;
  private final Broker broker;
  private final Exchange exchange;
  private final Handles handles;
  private final Session session;

  LinkReader(Links links, LinkConnection connection, Session session) {
    this.links = links;
    this.connection = connection;
    this.session = session;
    broker = links.broker();
    exchange = broker.exchange();
    handles = links.handles();
  }

  void read(LinkMessage message, ByteBuf in) {
    switch (message) {
      case HELLO -> throw new IllegalArgumentException("it says twice who it is");
      case PING -> {}
      case WANT -> want(in);
      case UNWANT -> unwant(in);
      case SURPLUS -> surplus(in);
      case BORROW -> borrow(in);
      case LEND -> lend(in);
      case NOTHING -> exchange.nothing(session, in.readLong());
      case GIVE_BACK -> giveBack(in);
      case REPORT -> report(in);
      case QUESTION -> question(in);
      case ANSWER -> links.questions().answered(connection, in.readLong(), in);
      case ATTACH -> attach(in);
      case ATTACHED -> exchange.attached(session, in.readLong());
      case GONE -> exchange.gone(session, in.readLong());
      case REFUSED ->
          exchange.refused(session, in.readLong(), LinkPeer.refusal(in.readUnsignedByte()));
      case DETACH -> exchange.detach(session, handle(in));
    }
  }

  private void want(ByteBuf in) {
    int length = nameLength(in);
    exchange.want(session, in, in.readerIndex(), length);
  }

  private void unwant(ByteBuf in) {
    int length = nameLength(in);
    exchange.unwant(session, in, in.readerIndex(), length);
  }

  private void surplus(ByteBuf in) {
    int count = in.readInt();
    int length = nameLength(in);
    exchange.surplus(session, in, in.readerIndex(), length, count);
  }

  private void borrow(ByteBuf in) {
    long id = in.readLong();
    int count = in.readUnsignedShort();
    if (count > MAX_FUNCTIONS) {
      throw new IllegalArgumentException("a request with " + count + " functions");
    }
    List<byte[]> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(readName(in));
    }
    exchange.borrow(session, id, names);
  }

  private void lend(ByteBuf in) {
    long id = in.readLong();
    boolean background = (in.readByte() & LinkPeer.BACKGROUND) != 0;
    int left = in.readInt();
    String key = readText(in);
    byte[] record = new byte[in.readableBytes()];
    in.readBytes(record);
    StoredJob job;
    try {
      job = JobRecord.read(key, record, links.origins());
    } catch (UnreadableRecordException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    exchange.lend(session, id, job, background, left);
  }

  private void giveBack(ByteBuf in) {
    boolean counted = in.readBoolean();
    exchange.givenBack(session, handle(in), counted);
  }

  private void attach(ByteBuf in) {
    LinkPeer.Attach slot = new LinkPeer.Attach(in.readLong());
    boolean background = (in.readByte() & LinkPeer.BACKGROUND) != 0;
    String name = readText(in);
    String key = readText(in);
    long number = JobRecord.number(key);
    if (number < 0) {
      throw new IllegalArgumentException("a job with the key " + key);
    }
    int origin = links.origins().enter(name, JobRecord.incarnation(key));
    exchange.attach(session, slot, Origins.handle(origin, number), background);
  }

  private long handle(ByteBuf in) {
    if (!in.isReadable()) {
      throw new IndexOutOfBoundsException();
    }
    return handles.parse(in, in.readerIndex(), in.readableBytes());
  }

  private void report(ByteBuf in) {
    WorkReport report = reportOf(in.readUnsignedByte());
    if (report == null) {
      return;
    }
    int start = in.readerIndex();
    int length = in.readableBytes();
    int end = in.indexOf(start, start + length, (byte) 0);
    long handle = handles.parse(in, start, end < 0 ? length : end - start);
    if (report == WorkReport.STATUS && end >= 0) {
      int second = in.indexOf(end + 1, start + length, (byte) 0);
      int last = second < 0 ? start + length : second;
      broker.progress(
          session,
          handle,
          number(in, end + 1, last),
          number(in, last + 1, start + length),
          in,
          start,
          length);
    } else {
      broker.report(session, report, handle, in, start, length);
    }
  }

  private static WorkReport reportOf(int code) {
    for (WorkReport report : WorkReport.values()) {
      if (LinkPeer.code(report) == code) {
        return report;
      }
    }
    return null;
  }

  /** The decimal number that these bytes start with; 0 when they start with none. */
  private static long number(ByteBuf in, int start, int end) {
    long number = 0;
    for (int i = start; i < end; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      number = number > Long.MAX_VALUE / 100 ? number : number * 10 + digit;
    }
    return number;
  }

  private void question(ByteBuf in) {
    long id = in.readLong();
    LinkQuestion kind = LinkQuestion.of(in.readUnsignedByte());
    // Before the frame is begun: a job that is cancelled may be told of over this link.
    ByteBuf answer = Unpooled.buffer();
    links.questions().answer(kind, in, answer);
    connection.peer().answer(id, answer);
  }

  private static int nameLength(ByteBuf in) {
    int length = in.readUnsignedShort();
    if (length > in.readableBytes()) {
      throw new IndexOutOfBoundsException();
    }
    return length;
  }

  static byte[] readName(ByteBuf in) {
    byte[] name = new byte[nameLength(in)];
    in.readBytes(name);
    return name;
  }

  static String readText(ByteBuf in) {
    int length = in.readUnsignedByte();
    if (length > in.readableBytes()) {
      throw new IndexOutOfBoundsException();
    }
    return in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
  }
}
