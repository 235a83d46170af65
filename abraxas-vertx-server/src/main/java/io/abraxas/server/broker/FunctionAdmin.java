package io.abraxas.server.broker;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** What operators do to functions; confined to the broker's thread, as all of it. */
public final class FunctionAdmin {
  private final Broker broker;
  private final Ledger ledger;
  private final Schedules schedules;

  FunctionAdmin(Broker broker, Ledger ledger, Schedules schedules) {
    this.broker = broker;
    this.ledger = ledger;
    this.schedules = schedules;
  }

  /** Makes a function known. */
  public FunctionQueue create(byte[] name) {
    FunctionQueue function = ledger.function(Unpooled.wrappedBuffer(name), 0, name.length);
    function.wanted = true;
    return function;
  }

  /**
   * Limits how many jobs of a function may exist for a submit of each priority to be accepted.
   *
   * @param limits for HIGH, NORMAL, LOW; 0 or less: none
   */
  public void limit(byte[] name, int... limits) {
    FunctionQueue function = create(name);
    System.arraycopy(limits, 0, function.limits, 0, Priority.LEVELS);
  }

  /**
   * Forgets a function and its jobs, which nobody may be at work on.
   *
   * @return null when it is gone, else why not
   */
  public DropRefusal drop(byte[] name) {
    FunctionQueue function = ledger.functions.find(Unpooled.wrappedBuffer(name), 0, name.length);
    if (function == null) {
      return DropRefusal.NOT_FOUND;
    }
    if (!function.workers.isEmpty() || function.running > 0) {
      return DropRefusal.IN_USE;
    }
    List<Job> doomed = new ArrayList<>();
    List<Long> stopped = new ArrayList<>();
    broker.forEachJob(
        job -> {
          if (job.function == function) {
            doomed.add(job);
          }
        });
    for (Schedule schedule : schedules.all()) {
      if (schedule.function == function) {
        stopped.add(schedule.handle);
      }
    }
    doomed.forEach(job -> broker.cancel(job.handle));
    stopped.forEach(schedules::cancel);
    function.wanted = false;
    if (ledger.functions.find(Unpooled.wrappedBuffer(name), 0, name.length) == function) {
      ledger.dropIfUnused(function);
    }
    return null;
  }

  /** Why a function cannot be dropped. */
  public enum DropRefusal {
    NOT_FOUND,
    IN_USE
  }
}
