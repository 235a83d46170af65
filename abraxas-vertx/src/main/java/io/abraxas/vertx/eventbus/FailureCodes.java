package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.ClientClosedException;
import io.abraxas.vertx.ConnectionClosedException;
import io.abraxas.vertx.GearmanException;
import io.abraxas.vertx.JobThrewException;
import io.abraxas.vertx.ResultTooLargeException;
import io.abraxas.vertx.SubmitQueueFullException;
import io.abraxas.vertx.SubmitTimeoutException;
import io.abraxas.vertx.TaskTimeoutException;

/** The failure code of each of the client's exceptions. */
final class FailureCodes {
  private FailureCodes() {}

  static int of(GearmanException e) {
    return switch (e.outcome()) {
      case NEVER_SENT -> neverSent(e);
      case REFUSED -> EventBusContract.REFUSED;
      case FAILED ->
          e instanceof JobThrewException ? EventBusContract.THREW : EventBusContract.FAILED;
      case UNKNOWN -> unknown(e);
    };
  }

  private static int neverSent(GearmanException e) {
    if (e instanceof SubmitTimeoutException) {
      return EventBusContract.NO_SERVER;
    } else if (e instanceof SubmitQueueFullException) {
      return EventBusContract.QUEUE_FULL;
    } else if (e instanceof ClientClosedException) {
      return EventBusContract.CLOSED;
    }
    return EventBusContract.NOT_SENT;
  }

  private static int unknown(GearmanException e) {
    if (e instanceof TaskTimeoutException) {
      return EventBusContract.TIMED_OUT;
    } else if (e instanceof ConnectionClosedException) {
      return EventBusContract.CONNECTION_LOST;
    } else if (e instanceof ResultTooLargeException) {
      return EventBusContract.RESULT_TOO_LARGE;
    } else if (e instanceof ClientClosedException) {
      return EventBusContract.CLOSED_RUNNING;
    }
    return EventBusContract.UNKNOWN;
  }
}
