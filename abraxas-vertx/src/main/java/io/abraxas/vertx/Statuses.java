package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.abraxas.vertx.protocol.PacketType;
import java.util.List;

/** STATUS_RES and STATUS_RES_UNIQUE, and the sum of what several servers say. */
final class Statuses {
  private Statuses() {}

  static JobStatus read(Packet packet) {
    boolean byUnique = packet.type() == PacketType.STATUS_RES_UNIQUE;
    return new JobStatus(
        Numbers.of(packet, 1) == 0 ? 0 : 1,
        Numbers.of(packet, 2) == 0 ? 0 : 1,
        Numbers.of(packet, 3),
        Numbers.of(packet, 4),
        byUnique ? Numbers.of(packet, 5) : 0);
  }

  static JobStatus sum(List<JobStatus> all) {
    int known = 0;
    int running = 0;
    long numerator = 0;
    long denominator = 0;
    long clients = 0;
    for (JobStatus one : all) {
      known += one.knownBy();
      running += one.runningOn();
      numerator += one.numerator();
      denominator += one.denominator();
      clients += one.waitingClients();
    }
    return new JobStatus(known, running, numerator, denominator, clients);
  }
}
