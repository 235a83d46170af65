package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Promise;
import java.util.function.Function;

/** The answer to a request of the client role other than a submit: one packet, one future. */
final class PacketReply<T> implements Expected {
  private final PacketType type;
  private final Function<Packet, T> reader;
  private final Promise<T> promise;

  PacketReply(PacketType type, Function<Packet, T> reader, Promise<T> promise) {
    this.type = type;
    this.reader = reader;
    this.promise = promise;
  }

  @Override
  public boolean isAnsweredBy(PacketType type) {
    return type == this.type;
  }

  @Override
  public boolean isRefusedBy(String code) {
    return type == PacketType.OPTION_RES || !code.equals(ReplyQueue.UNKNOWN_OPTION);
  }

  @Override
  public void answer(Packet packet) {
    promise.tryComplete(reader.apply(packet));
  }

  @Override
  public void refused(ServerErrorException refusal) {
    promise.tryFail(refusal);
  }

  @Override
  public void lost(GearmanException cause) {
    promise.tryFail(cause);
  }
}
