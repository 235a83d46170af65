package io.abraxas.server.link;

import io.abraxas.server.broker.Broker;
import io.abraxas.server.broker.ClusterMember;
import io.abraxas.server.broker.Elsewhere;
import io.abraxas.server.broker.FunctionCounts;
import io.abraxas.server.broker.FunctionQueue;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.JobStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What this node asks all others, and what it answers when it is asked.
 *
 * <p>Everybody is asked at once: whoever knows the job is its home, or runs it. So nobody needs to
 * know who that is, also while homes change. Who does not answer within {@value #PATIENCE_MILLIS}
 * ms is done without.
 */
final class Questions implements Elsewhere {
  private static final int PATIENCE_MILLIS = 900;
  private static final int INCARNATION_LENGTH = 19;
  private static final byte[] NOTHING = {};

  private final Links links;
  private final Broker broker;
  private final EventLoop loop;
  private long lastId;

  Questions(Links links, EventLoop loop) {
    this.links = links;
    this.loop = loop;
    broker = links.broker();
  }

  /** One question to several nodes. */
  final class Inquiry {
    private final Map<Long, LinkConnection> open = new HashMap<>();
    private final BiPredicate<LinkConnection, ByteBuf> heard;
    private final Runnable end;
    private ScheduledFuture<?> timer;
    private boolean over;

    private Inquiry(BiPredicate<LinkConnection, ByteBuf> heard, Runnable end) {
      this.heard = heard;
      this.end = end;
    }

    private void ask(LinkQuestion kind, byte[] body) {
      for (LinkConnection link : links.all()) {
        long id = ++lastId;
        open.put(id, link);
        link.asked().put(id, this);
        link.peer().question(id, kind, body);
      }
      if (open.isEmpty()) {
        finish();
      } else if (!over) {
        timer = loop.schedule(this::finish, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void hear(long id, LinkConnection link, ByteBuf answer) {
      open.remove(id);
      boolean enough = !over && answer.isReadable() && heard.test(link, answer);
      if (!over && (enough || open.isEmpty())) {
        finish();
      }
    }

    private void lost(long id) {
      open.remove(id);
      if (!over && open.isEmpty()) {
        finish();
      }
    }

    private void finish() {
      over = true;
      if (timer != null) {
        timer.cancel(false);
      }
      open.forEach((id, link) -> link.asked().remove(id));
      open.clear();
      end.run();
    }
  }

  /**
   * Asks all nodes.
   *
   * @param heard gets each answer; true: the others do not matter any more
   * @param end called once, when all have answered, one was enough, or time is up
   */
  private void ask(
      LinkQuestion kind, byte[] body, BiPredicate<LinkConnection, ByteBuf> heard, Runnable end) {
    new Inquiry(heard, end).ask(kind, body);
  }

  void answered(LinkConnection link, long id, ByteBuf answer) {
    Inquiry inquiry = link.asked().remove(id);
    if (inquiry != null) {
      inquiry.hear(id, link, answer);
    }
  }

  /** Nothing more comes over a link. */
  void lost(LinkConnection link) {
    Map<Long, Inquiry> open = Map.copyOf(link.asked());
    link.asked().clear();
    open.forEach((id, inquiry) -> inquiry.lost(id));
  }

  @Override
  public String cluster() {
    return links.directory().cluster();
  }

  @Override
  public void status(String handle, Consumer<JobStatus> answer) {
    String key = keyOf(handle);
    if (key == null) {
      answer.accept(JobStatus.UNKNOWN);
      return;
    }
    JobStatus[] found = {JobStatus.UNKNOWN};
    ask(
        LinkQuestion.STATUS,
        handle.getBytes(StandardCharsets.UTF_8),
        (link, in) -> {
          found[0] = readStatus(in);
          return found[0].known();
        },
        () -> {
          if (found[0].known() || isLinked(key)) {
            answer.accept(found[0]);
          } else {
            links
                .directory()
                .findRecord(
                    key, kept -> answer.accept(kept ? JobStatus.WAITING : JobStatus.UNKNOWN));
          }
        });
  }

  /** Whether the origin of a job has been asked: while it is there, it knows what it has. */
  private boolean isLinked(String key) {
    return links.all().stream().anyMatch(link -> key.startsWith(link.incarnation() + "."));
  }

  /** The key of a job in the store by its handle, or null when that is none. */
  private static String keyOf(String handle) {
    int digits = 0;
    while (digits < handle.length() && isDigit(handle.charAt(handle.length() - 1 - digits))) {
      digits++;
    }
    int colon = handle.length() - digits - 1;
    if (digits < INCARNATION_LENGTH + 1 || colon < 0 || handle.charAt(colon) != ':') {
      return null;
    }
    int number = colon + 1 + INCARNATION_LENGTH;
    return handle.substring(colon + 1, number) + "." + handle.substring(number);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public void statusOfUnique(byte[] unique, Consumer<JobStatus> answer) {
    JobStatus[] found = {JobStatus.UNKNOWN};
    ask(
        LinkQuestion.UNIQUE,
        unique,
        (link, in) -> {
          found[0] = readStatus(in);
          return found[0].known();
        },
        () -> answer.accept(found[0]));
  }

  @Override
  public void cancel(String handle, Consumer<Boolean> answer) {
    boolean[] done = {false};
    Predicate<ByteBuf> heard = in -> done[0] = in.readBoolean();
    ask(
        LinkQuestion.CANCEL,
        handle.getBytes(StandardCharsets.UTF_8),
        (link, in) -> heard.test(in),
        () -> answer.accept(done[0]));
  }

  @Override
  public void counts(Consumer<List<FunctionCounts>> answer) {
    List<FunctionCounts> all = new ArrayList<>();
    ask(
        LinkQuestion.COUNTS,
        NOTHING,
        (link, in) -> {
          readCounts(in, all);
          return false;
        },
        () -> answer.accept(all));
  }

  @Override
  public void members(Consumer<List<ClusterMember>> answer) {
    Map<String, Facts> facts = new HashMap<>();
    LinkDirectory directory = links.directory();
    String here = links.origins().incarnation(0);
    facts.put(here, new Facts(broker.jobs(), directory.membersSeen(), directory.isSafe()));
    ask(
        LinkQuestion.NODE,
        NOTHING,
        (link, in) -> {
          facts.put(link.incarnation(), new Facts(in.readInt(), in.readInt(), in.readBoolean()));
          return false;
        },
        () -> answer.accept(rows(directory.listed(), facts, here)));
  }

  private record Facts(int jobs, int seen, boolean safe) {}

  private static List<ClusterMember> rows(
      List<LinkDirectory.Listed> listed, Map<String, Facts> facts, String here) {
    List<ClusterMember> rows = new ArrayList<>();
    for (LinkDirectory.Listed member : listed) {
      Facts known = facts.getOrDefault(member.incarnation(), new Facts(-1, -1, false));
      rows.add(
          new ClusterMember(
              member.incarnation(),
              member.host(),
              member.link(),
              member.state(),
              known.jobs,
              known.seen,
              known.safe,
              here.equals(member.incarnation())));
    }
    return rows;
  }

  /** Answers another node. Nothing is written for a question that makes no sense here. */
  void answer(LinkQuestion kind, ByteBuf in, ByteBuf out) {
    if (kind == null) {
      return;
    }
    switch (kind) {
      case STATUS -> {
        long handle = links.handles().parse(in, in.readerIndex(), in.readableBytes());
        Job job = broker.find(handle);
        writeStatus(JobStatus.of(job, broker.findSchedule(handle) != null), out);
      }
      case UNIQUE -> {
        Job job = broker.findUnique(in, in.readerIndex(), in.readableBytes());
        writeStatus(JobStatus.of(job, false), out);
      }
      case CANCEL -> {
        long handle = links.handles().parse(in, in.readerIndex(), in.readableBytes());
        out.writeBoolean(handle >= 0 && broker.cancel(handle));
      }
      case COUNTS -> {
        for (FunctionQueue function : broker.functions()) {
          writeCounts(FunctionCounts.of(function), out);
        }
      }
      case NODE ->
          out.writeInt(broker.jobs())
              .writeInt(links.directory().membersSeen())
              .writeBoolean(links.directory().isSafe());
    }
  }

  private static void writeStatus(JobStatus status, ByteBuf out) {
    out.writeBoolean(status.known()).writeBoolean(status.running());
    out.writeLong(status.numerator()).writeLong(status.denominator()).writeInt(status.clients());
  }

  private static JobStatus readStatus(ByteBuf in) {
    return new JobStatus(
        in.readBoolean(), in.readBoolean(), in.readLong(), in.readLong(), in.readInt());
  }

  private static void writeCounts(FunctionCounts counts, ByteBuf out) {
    LinkPeer.writeName(out, counts.name());
    out.writeInt(counts.total()).writeInt(counts.running()).writeInt(counts.workers());
    out.writeInt(counts.high()).writeInt(counts.normal()).writeInt(counts.low());
  }

  private static void readCounts(ByteBuf in, List<FunctionCounts> all) {
    while (in.isReadable()) {
      all.add(
          new FunctionCounts(
              LinkReader.readName(in),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt()));
    }
  }
}
