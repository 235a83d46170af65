package io.abraxas.server;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names one start of a server, so that no handle is ever given out twice on a host, or in a
 * cluster.
 *
 * <p>Twelve digits of milliseconds since 2020 (until 2051) and seven of the process id. Two
 * processes that live at the same time differ in the second part, two that live one after the other
 * in the first, and two servers in one process in the first, which this class keeps growing.
 *
 * <p>In a cluster the second part is drawn by lot: process ids repeat across hosts, and are 1 in
 * every container. The server claims the whole from the others when it joins.
 */
final class Incarnation {
  /** 2020-01-01T00:00:00Z. */
  private static final long EPOCH = 1_577_836_800_000L;

  /** Shared by all servers of the process, on whatever threads they start. */
  private static final AtomicLong LAST = new AtomicLong();

  private Incarnation() {}

  /** The same in a cluster. */
  static String nextOfCluster(long epochMillis) {
    return next(epochMillis, new SecureRandom().nextInt(10_000_000));
  }

  /** A name that was never given out before; 19 digits, the first of them not always different. */
  static String next(long epochMillis, long pid) {
    long millis = LAST.updateAndGet(last -> Math.max(last + 1, epochMillis - EPOCH));
    return String.format("%012d%07d", millis, pid % 10_000_000);
  }
}
