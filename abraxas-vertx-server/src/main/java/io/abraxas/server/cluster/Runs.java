package io.abraxas.server.cluster;

import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which jobs run on a server, and with which retry count each began, as bytes of {@link
 * Maps#RUNNING}: 1 byte version, 1 byte oldest version that may read it, then for each origin 1
 * byte length and the incarnation, 4 bytes count, and for each job 8 bytes number and 4 bytes
 * retries.
 */
final class Runs {
  static final byte VERSION = 1;
  private static final byte OLDEST = 1;

  /** By incarnation and number: the retry counts it was listed with. */
  private final Map<String, Map<Long, Set<Integer>>> byOrigin = new HashMap<>();

  /** The bytes that list these jobs. Equal lists of the same order have equal bytes. */
  static byte[] write(List<Job> jobs, Origins origins) {
    Map<Integer, List<Job>> groups = new TreeMap<>();
    for (Job job : jobs) {
      groups.computeIfAbsent(Origins.index(job.handle()), i -> new ArrayList<>()).add(job);
    }
    int size = 2;
    for (Map.Entry<Integer, List<Job>> group : groups.entrySet()) {
      size += 1 + origins.incarnation(group.getKey()).length() + 4 + group.getValue().size() * 12;
    }
    ByteBuffer out = ByteBuffer.allocate(size).put(VERSION).put(OLDEST);
    groups.forEach(
        (index, group) -> {
          byte[] origin = origins.incarnation(index).getBytes(StandardCharsets.US_ASCII);
          out.put((byte) origin.length).put(origin).putInt(group.size());
          group.forEach(job -> out.putLong(Origins.number(job.handle())).putInt(job.retries()));
        });
    return out.array();
  }

  /**
   * Adds what one server lists.
   *
   * @throws IllegalArgumentException when the bytes are no list, or one of a later version
   */
  void add(byte[] list) {
    try {
      ByteBuffer in = ByteBuffer.wrap(list);
      int version = in.get();
      int oldest = in.get();
      if (version < 1 || oldest > VERSION) {
        throw new IllegalArgumentException("version " + version);
      }
      while (in.hasRemaining()) {
        byte[] origin = new byte[in.get() & 0xff];
        in.get(origin);
        Map<Long, Set<Integer>> numbers =
            byOrigin.computeIfAbsent(
                new String(origin, StandardCharsets.US_ASCII), o -> new HashMap<>());
        for (int left = in.getInt(); left > 0; left--) {
          numbers.computeIfAbsent(in.getLong(), n -> new HashSet<>()).add(in.getInt());
        }
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off", e);
    }
  }

  /** Whether a job is listed, with whatever retry count. */
  boolean has(String origin, long number) {
    return retries(origin, number) != null;
  }

  /** Whether a job is listed with this retry count. */
  boolean has(String origin, long number, int retries) {
    Set<Integer> listed = retries(origin, number);
    return listed != null && listed.contains(retries);
  }

  private Set<Integer> retries(String origin, long number) {
    Map<Long, Set<Integer>> numbers = byOrigin.get(origin);
    return numbers == null ? null : numbers.get(number);
  }
}
