package io.abraxas.server.broker;

import java.util.ArrayList;
import java.util.List;

/** A function: its runnable jobs, its workers, its limits and counts. */
public final class FunctionQueue {
  final byte[] name;
  final int hash;

  /** Runnable jobs by priority. */
  final JobList[] queues = {new JobList(), new JobList(), new JobList()};

  /** Everyone who can do it. */
  final List<Ability> workers = new ArrayList<>();

  /** Limits of {@link #total} for a submit of each priority; 0 or less: none. */
  final int[] limits = new int[Priority.LEVELS];

  /** Jobs that exist, in every state from CLAIMING to RUNNING. */
  int total;

  int running;

  /** Jobs of other nodes that clients here wait for. */
  int following;

  /** Schedules that submit to it. */
  int schedules;

  /** How many of its workers sleep. */
  int sleepers;

  /** Where the next round of wake-ups starts among {@link #workers}. */
  int wakeCursor;

  /**
   * Whether somebody asked for it by name: a worker, an operator. Others exist only as long as
   * their jobs, so that misspelt submits leave nothing behind.
   */
  boolean wanted;

  /** Links to nodes that want to be told when there is more of it than can be done; null: none. */
  List<Session> wants;

  /** Whether {@link Lending} looks at it at the end of the turn. */
  boolean changed;

  /** Whether {@link Lending} looks at it when those who were woken had their time. */
  boolean looking;

  /** Next in its chain of the table. */
  FunctionQueue chain;

  FunctionQueue(byte[] name, int hash) {
    this.name = name;
    this.hash = hash;
  }

  /** Its name; not to be changed. */
  public byte[] name() {
    return name;
  }

  /** Jobs that exist: queued, running, delayed, and those that wait for a store. */
  public int total() {
    return total;
  }

  /** Jobs that workers have. */
  public int running() {
    return running;
  }

  /** Workers that can do it. */
  public int workers() {
    return workers.size();
  }

  /** Runnable jobs of a priority. */
  public int queued(Priority priority) {
    return queues[priority.level].size();
  }

  boolean hasRunnable() {
    return !queues[0].isEmpty() || !queues[1].isEmpty() || !queues[2].isEmpty();
  }

  Job firstRunnable() {
    for (JobList queue : queues) {
      if (!queue.isEmpty()) {
        return queue.first();
      }
    }
    throw new IllegalStateException("nothing runnable");
  }

  /** Whether nobody here has to do with it. */
  boolean isUnused() {
    return !wanted && total == 0 && schedules == 0 && workers.isEmpty();
  }
}
