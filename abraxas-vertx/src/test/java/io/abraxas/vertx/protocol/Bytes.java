package io.abraxas.vertx.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Byte sequences for tests, made without the encoder under test. */
final class Bytes {
  private Bytes() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  /** Twelve bytes whose length need not be that of any body. */
  static byte[] header(String magic, int number, int bodyLength) {
    return ByteBuffer.allocate(12)
        .put((byte) 0)
        .put(ascii(magic))
        .putInt(number)
        .putInt(bodyLength)
        .array();
  }

  /** A request packet with this body. */
  static byte[] request(int number, String body) {
    return join(header("REQ", number, body.length()), ascii(body));
  }

  /** As text, with NUL shown as {@code |} and other bytes outside ASCII in hexadecimal. */
  static String printable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b == 0) {
        text.append('|');
      } else if (b >= ' ' && b < 127) {
        text.append((char) b);
      } else {
        text.append(String.format("<%02x>", b));
      }
    }
    return text.toString();
  }
}
