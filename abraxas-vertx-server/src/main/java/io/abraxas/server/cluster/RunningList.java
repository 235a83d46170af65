package io.abraxas.server.cluster;

import com.hazelcast.map.IMap;
import io.abraxas.server.broker.Adoption;
import io.abraxas.server.broker.Job;
import io.abraxas.server.broker.Origins;
import io.abraxas.server.broker.RunWatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this server's entry in {@link Maps#RUNNING}: which stored jobs run here, so that an heir
 * counts a retry for them. Confined to the event loop.
 *
 * <p>It is written when it changed, {@value #PER_SECOND} times a second at most. But a job that was
 * taken back before is written at once: it may be what kills its servers, and must not do so for
 * ever.
 */
final class RunningList implements RunWatch {
  private static final int PER_SECOND = 5;
  private static final long PERIOD_MILLIS = 1000 / PER_SECOND;
  private static final Logger LOG = LoggerFactory.getLogger(RunningList.class);

  private final ContextInternal context;
  private final String self;
  private final Origins origins;
  private final Adoption jobs;
  private final IMap<String, byte[]> map;

  /** What the map has, as far as is known. */
  private byte[] written;

  private final byte[] empty;

  /** Who waits for the write that is under way, or null when none is. */
  private Promise<Void> underWay;

  /** Who waits for a write that is to follow it, or null. */
  private Promise<Void> next;

  private boolean ticking;
  private boolean posted;
  private boolean closed;

  /**
   * @param context the event loop's
   * @param jobs the broker's, whose watch this is to be
   */
  RunningList(
      ContextInternal context,
      String self,
      Origins origins,
      Adoption jobs,
      IMap<String, byte[]> map) {
    this.context = context;
    this.self = self;
    this.origins = origins;
    this.jobs = jobs;
    this.map = map;
    empty = Runs.write(List.of(), origins);
    written = empty;
  }

  @Override
  public void started(Job job) {
    if (job.retries() == 0) {
      tickLater();
    } else if (!posted) {
      // In a turn of its own: what this one assigns beside it is in the same list.
      posted = true;
      context.runOnContext(
          v -> {
            posted = false;
            write();
          });
    }
  }

  private void tickLater() {
    if (!ticking && !closed) {
      ticking = true;
      context.setTimer(PERIOD_MILLIS, timer -> tick());
    }
  }

  private void tick() {
    ticking = false;
    if (!closed) {
      write();
    }
  }

  /** The map may have lost it, or have another's. */
  void writeAgain() {
    written = null;
    write();
  }

  /**
   * Writes what runs now, unless the map has it.
   *
   * @return completes when the map has it, or what came after it; fails with Hazelcast's exception
   */
  Future<Void> write() {
    if (underWay != null) {
      if (next == null) {
        next = context.promise();
      }
      return next.future();
    }
    byte[] list = list();
    if (!Arrays.equals(list, empty)) {
      tickLater();
    }
    if (Arrays.equals(list, written)) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = context.promise();
    underWay = promise;
    try {
      map.setAsync(self, list)
          .whenCompleteAsync(
              (v, failure) -> context.runOnContext(w -> written(list, failure)), Runnable::run);
    } catch (RuntimeException e) {
      // From a member that merges or ends.
      context.runOnContext(v -> written(list, e));
    }
    return promise.future();
  }

  private byte[] list() {
    List<Job> running = new ArrayList<>();
    jobs.forEachRunning(running::add);
    return Runs.write(running, origins);
  }

  private void written(byte[] list, Throwable failure) {
    Promise<Void> promise = underWay;
    underWay = null;
    if (failure == null) {
      written = list;
      promise.complete();
    } else {
      LOG.debug("could not tell what runs", failure);
      written = null;
      tickLater();
      promise.fail(failure);
    }
    if (next != null) {
      Promise<Void> waiting = next;
      next = null;
      write().onComplete(waiting);
    }
  }

  /** Writes nothing any more of its own accord. */
  void close() {
    closed = true;
  }
}
