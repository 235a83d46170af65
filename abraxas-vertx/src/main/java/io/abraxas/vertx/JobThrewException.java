package io.abraxas.vertx;

import io.vertx.core.buffer.Buffer;

/** The job ended with WORK_EXCEPTION: its worker failed it and says why. */
public final class JobThrewException extends JobFailedException {
  private static final long serialVersionUID = 1L;

  /** Bytes of the data in the message: it may be as long as any result. */
  private static final int MAX_SHOWN = 1000;

  /** What the worker says. Not serialized: a buffer is not. */
  private final transient Buffer data;

  JobThrewException(String handle, Buffer data) {
    super("the worker threw: " + shortened(data), handle);
    this.data = data;
  }

  private static String shortened(Buffer data) {
    return data.length() <= MAX_SHOWN ? data.toString() : data.getString(0, MAX_SHOWN) + "…";
  }

  /** What the worker says, as bytes; empty after serialization. */
  public Buffer data() {
    return data == null ? Buffer.buffer() : data;
  }
}
