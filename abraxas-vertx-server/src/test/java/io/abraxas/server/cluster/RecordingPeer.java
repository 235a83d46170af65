package io.abraxas.server.cluster;

import io.abraxas.server.broker.Grab;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Peer;
import io.abraxas.server.broker.Refusal;
import io.abraxas.server.broker.ReplySlot;
import io.abraxas.server.broker.WorkReport;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client and worker without a socket that writes down what a broker says to it. */
final class RecordingPeer implements Peer {
  final List<String> told = new CopyOnWriteArrayList<>();

  @Override
  public ReplySlot holdReply() {
    return new ReplySlot() {};
  }

  @Override
  public void jobCreated(ReplySlot slot, long handle) {
    told.add("created " + handle);
  }

  @Override
  public void refused(ReplySlot slot, Refusal refusal) {
    told.add("refused " + refusal);
  }

  @Override
  public void assign(Job job, Grab grab) {
    told.add("assign " + job.handle() + " " + new String(job.payload(), StandardCharsets.US_ASCII));
  }

  @Override
  public void noJob() {
    told.add("nojob");
  }

  @Override
  public void wake() {
    told.add("noop");
  }

  @Override
  public void relay(WorkReport report, ByteBuf body, int start, int length) {
    told.add(report.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void fail(long handle) {
    told.add("fail " + handle);
  }
}
