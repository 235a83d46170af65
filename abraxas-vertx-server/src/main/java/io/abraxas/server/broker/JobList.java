package io.abraxas.server.broker;

/** A first-in first-out list of jobs through their own links: no memory, any job leaves at once. */
final class JobList {
  private Job first;
  private Job last;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return first == null;
  }

  Job first() {
    return first;
  }

  void addLast(Job job) {
    job.previous = last;
    if (last == null) {
      first = job;
    } else {
      last.next = job;
    }
    last = job;
    size++;
  }

  void remove(Job job) {
    if (job.previous == null) {
      first = job.next;
    } else {
      job.previous.next = job.next;
    }
    if (job.next == null) {
      last = job.previous;
    } else {
      job.next.previous = job.previous;
    }
    // Invariant: a job outside all lists links to nothing, so that it keeps no other job alive.
    job.next = null;
    job.previous = null;
    size--;
  }
}
