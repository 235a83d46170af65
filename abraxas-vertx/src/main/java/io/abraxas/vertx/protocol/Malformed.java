package io.abraxas.vertx.protocol;

/** Why a byte sequence cannot be decoded any further. */
public enum Malformed {
  /** Starts with NUL, but with neither {@code \0REQ} nor {@code \0RES}. */
  BAD_MAGIC("bad magic bytes"),
  /** The packet's number is outside 1 to {@link PacketType#MAX_NUMBER}. */
  UNKNOWN_TYPE("unknown packet type"),
  /** The header claims a body over the decoder's limit. */
  TOO_LARGE("packet too large"),
  /** A line of text grew over the decoder's limit without an LF. */
  LINE_TOO_LONG("text line too long");

  private final String text;

  Malformed(String text) {
    this.text = text;
  }

  /** A short description for logs and ERROR packets. */
  public String text() {
    return text;
  }
}
