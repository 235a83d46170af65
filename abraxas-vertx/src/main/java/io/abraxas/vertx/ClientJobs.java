package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The foreground jobs of one connection by their handles.
 *
 * <p>Submits that coalesce get the same handle, and the server sends every report once for each of
 * them, one after the other: the k-th copy is for the k-th task. A task that has given up keeps its
 * place until the job ends, and ignores its copies.
 */
final class ClientJobs {
  private final ByteKeyTable<Job> jobs = new ByteKeyTable<>();

  void add(byte[] handle, SubmittedTask task) {
    Job job = jobs.get(handle);
    if (job == null) {
      jobs.put(handle, new Job(task));
    } else {
      job.add(task);
    }
  }

  /** Whose copy of a report this is; null when the job has ended for this connection. */
  SubmittedTask next(Packet packet) {
    Job job = jobs.get(packet.buffer(), packet.start(0), packet.length(0));
    return job == null ? null : job.next();
  }

  /** Whose copy of a last report this is, which it takes out of the table. */
  SubmittedTask last(Packet packet) {
    Job job = jobs.get(packet.buffer(), packet.start(0), packet.length(0));
    if (job == null) {
      return null;
    }
    SubmittedTask task = job.removeFirst();
    if (job.isEmpty()) {
      jobs.remove(task.handleBytes());
    }
    return task;
  }

  int size() {
    return jobs.size();
  }

  /** Empties the table, then calls for every task that was in it. */
  void drain(Consumer<SubmittedTask> action) {
    jobs.drain(job -> job.forEach(action));
  }

  /** Nearly always one task. */
  private static final class Job {
    private SubmittedTask first;
    private List<SubmittedTask> others;
    private int cursor;

    Job(SubmittedTask first) {
      this.first = first;
    }

    void add(SubmittedTask task) {
      if (others == null) {
        others = new ArrayList<>(2);
      }
      others.add(task);
    }

    SubmittedTask next() {
      if (others == null || others.isEmpty()) {
        return first;
      }
      SubmittedTask task = cursor == 0 ? first : others.get(cursor - 1);
      cursor = cursor == others.size() ? 0 : cursor + 1;
      return task;
    }

    SubmittedTask removeFirst() {
      SubmittedTask task = first;
      cursor = 0;
      first = others == null || others.isEmpty() ? null : others.remove(0);
      return task;
    }

    boolean isEmpty() {
      return first == null;
    }

    void forEach(Consumer<SubmittedTask> action) {
      if (first != null) {
        action.accept(first);
      }
      if (others != null) {
        others.forEach(action);
      }
    }
  }
}
