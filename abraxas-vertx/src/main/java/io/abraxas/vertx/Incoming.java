package io.abraxas.vertx;

import io.abraxas.vertx.connection.ConnectionListener;
import io.abraxas.vertx.protocol.Magic;
import io.abraxas.vertx.protocol.Malformed;
import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a server sends, handed to whom it is for: answers to the head of the {@link ReplyQueue},
 * WORK_* to the job that has the handle, the worker's packets to {@link LinkWork}.
 */
final class Incoming implements ConnectionListener {
  private final ServerLink link;
  private final ClientCore client;
  private final ReplyQueue replies;
  private final ClientJobs jobs;

  Incoming(ServerLink link, ClientCore client, ReplyQueue replies, ClientJobs jobs) {
    this.link = link;
    this.client = client;
    this.replies = replies;
    this.jobs = jobs;
  }

  @Override
  public void packet(Packet packet) {
    PacketType type = packet.type();
    if (type == null || packet.magic() != Magic.RESPONSE) {
      client.unknownPacket(link.name(), packet);
      return;
    }
    switch (type) {
      case WORK_COMPLETE, WORK_FAIL, WORK_EXCEPTION -> jobEnded(type, packet);
      case WORK_DATA, WORK_WARNING, WORK_STATUS -> jobReported(type, packet);
      case NOOP -> link.work().noop();
      case NO_JOB -> link.work().noJob();
      case JOB_ASSIGN, JOB_ASSIGN_UNIQ, JOB_ASSIGN_ALL -> link.work().assigned(packet);
      case ERROR -> error(packet);
      case JOB_CREATED, ECHO_RES, OPTION_RES, STATUS_RES, STATUS_RES_UNIQUE -> answer(packet);
      default -> client.unknownPacket(link.name(), packet);
    }
  }

  private void answer(Packet packet) {
    if (!replies.answer(packet)) {
      link.giveUp(packet.type() + " without a request", null);
    } else {
      link.answered();
    }
  }

  private void jobEnded(PacketType type, Packet packet) {
    SubmittedTask task = jobs.last(packet);
    if (task == null) {
      return;
    }
    switch (type) {
      case WORK_COMPLETE -> task.completed(packet);
      case WORK_FAIL -> task.failed();
      default -> task.threw(packet);
    }
  }

  private void jobReported(PacketType type, Packet packet) {
    SubmittedTask task = jobs.next(packet);
    if (task == null) {
      return;
    }
    switch (type) {
      case WORK_DATA -> task.data(packet);
      case WORK_WARNING -> task.warning(packet);
      default -> task.status(packet);
    }
  }

  private void error(Packet packet) {
    String code = packet.text(0, StandardCharsets.UTF_8);
    if (code.equals(ReplyQueue.JOB_NOT_FOUND)) {
      // A worker's report on a job the server took back: the worker has learned nothing new.
      return;
    }
    String text = packet.text(1, StandardCharsets.UTF_8);
    ServerErrorException refusal = new ServerErrorException(link.name(), code, text);
    if (!replies.refuse(refusal)) {
      client.connectionError(refusal);
    }
  }

  @Override
  public void line(ByteBuf buffer, int start, int length) {
    String line = buffer.toString(start, length, StandardCharsets.UTF_8);
    if (!replies.line(line)) {
      link.giveUp("text without a command", null);
    }
  }

  @Override
  public void discarded(PacketType type) {
    throw new IllegalStateException("the client's decoder has no limit of memory");
  }

  @Override
  public void malformed(Malformed reason) {
    link.giveUp(reason.text(), null);
  }

  @Override
  public void drained() {
    link.drained();
  }

  @Override
  public void closed(Throwable cause) {
    link.closed(cause);
  }
}
