package io.abraxas.server.schedule;

/** A cron field that cannot be understood. Its message is fit for the one who wrote the field. */
public final class BadCronFieldException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadCronFieldException(String message) {
    super(message);
  }
}
