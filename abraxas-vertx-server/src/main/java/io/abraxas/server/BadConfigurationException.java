package io.abraxas.server;

/**
 * A configuration of the verticle that makes no sense. It has no stack trace: the message names the
 * key and what is wrong with it, and launchers print the whole exception.
 */
final class BadConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  BadConfigurationException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
