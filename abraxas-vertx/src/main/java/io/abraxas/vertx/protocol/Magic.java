package io.abraxas.vertx.protocol;

/** The four bytes every binary packet starts with: who speaks. */
public enum Magic {
  /** {@code \0REQ}: a client or worker speaks to the server. */
  REQUEST(0x00524551),
  /** {@code \0RES}: the server speaks to a client or worker. */
  RESPONSE(0x00524553);

  private final int code;

  Magic(int code) {
    this.code = code;
  }

  /** The four bytes as a big-endian number. */
  public int code() {
    return code;
  }
}
