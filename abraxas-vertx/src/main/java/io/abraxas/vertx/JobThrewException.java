package io.abraxas.vertx;

import io.vertx.core.buffer.Buffer;

/** The job ended with WORK_EXCEPTION: its worker failed it and says why. */
public final class JobThrewException extends JobFailedException {
  private static final long serialVersionUID = 1L;

  /** What the worker says. Not serialized: a buffer is not. */
  private final transient Buffer data;

  JobThrewException(String handle, Buffer data) {
    super("the worker threw: " + data, handle);
    this.data = data;
  }

  /** What the worker says, as bytes; empty after serialization. */
  public Buffer data() {
    return data == null ? Buffer.buffer() : data;
  }
}
