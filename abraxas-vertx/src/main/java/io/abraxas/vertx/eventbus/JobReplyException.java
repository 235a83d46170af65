package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanException;
import io.abraxas.vertx.JobOutcome;
import io.abraxas.vertx.JobThrewException;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * The failure of a job that was requested over the event bus, as a sender in the same JVM gets it,
 * and one on another node that asked for it. All others get a plain {@link ReplyException} with the
 * same code and message.
 *
 * <p>The {@link #failureCode} is one of {@link EventBusContract}. In the same JVM the {@link
 * #getCause cause} is the client's own exception.
 */
public final class JobReplyException extends ReplyException {
  private static final long serialVersionUID = 1L;

  /** What became of the job. */
  private final JobOutcome outcome;

  /** The job's handle, or null when it has none. */
  private final String handle;

  /** What the worker says. Not serialized: a buffer is not. */
  private final transient Buffer data;

  JobReplyException(
      int code, String message, Throwable cause, JobOutcome outcome, String handle, Buffer data) {
    super(ReplyFailure.RECIPIENT_FAILURE, code, message, cause, true);
    this.outcome = outcome;
    this.handle = handle;
    this.data = data;
  }

  /** What the bridge finds wrong with a request by itself. */
  static JobReplyException rejected(int code, String message) {
    return new JobReplyException(code, message, null, JobOutcome.NEVER_SENT, null, null);
  }

  static JobReplyException of(GearmanException e) {
    Buffer data = e instanceof JobThrewException threw ? threw.data() : null;
    String message = data == null ? e.getMessage() : data.toString();
    return new JobReplyException(FailureCodes.of(e), message, e, e.outcome(), e.handle(), data);
  }

  static JobReplyException internal(Throwable e) {
    return new JobReplyException(
        EventBusContract.INTERNAL_ERROR, e.toString(), e, JobOutcome.UNKNOWN, null, null);
  }

  /**
   * Lets a Vert.x receive this type from bridges on other nodes, for requests with the header
   * {@code failures: typed}. Does nothing when it was called before. A bridge calls it for its own
   * Vert.x.
   */
  public static void registerCodec(Vertx vertx) {
    try {
      vertx.eventBus().registerCodec(JobReplyExceptionCodec.INSTANCE);
    } catch (IllegalStateException e) {
      // There is no way to ask whether it is registered.
    }
  }

  /** What became of the job. */
  public JobOutcome outcome() {
    return outcome;
  }

  /** The job's handle; null when it got none. */
  @Nullable
  public String handle() {
    return handle;
  }

  /** What the worker says, as bytes; empty when it says nothing, and after serialization. */
  public Buffer data() {
    return data == null ? Buffer.buffer() : data.copy();
  }
}
