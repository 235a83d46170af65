package io.abraxas.vertx;

import io.abraxas.vertx.protocol.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Between packets, the buffers of Vert.x, and the values of handlers. */
final class Bytes {
  private Bytes() {}

  /** A copy of an argument of a packet, on the heap: it pins no network memory. */
  static Buffer copy(Packet packet, int argument) {
    return copy(packet.buffer(), packet.start(argument), packet.length(argument));
  }

  static Buffer copy(ByteBuf from, int start, int length) {
    if (length == 0) {
      return Buffer.buffer();
    }
    return BufferInternal.buffer(
        Unpooled.buffer(length, Integer.MAX_VALUE).writeBytes(from, start, length));
  }

  static void write(ByteBuf out, Buffer data) {
    ByteBuf bytes = ((BufferInternal) data).getByteBuf();
    out.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Buffer text(String text, Charset charset) {
    return charset.equals(StandardCharsets.UTF_8)
        ? Buffer.buffer(text)
        : Buffer.buffer(text.getBytes(charset));
  }

  static String text(Buffer data, Charset charset) {
    return data.toString(charset);
  }

  /** What a handler returned, as bytes: text and JSON where it is neither a buffer nor bytes. */
  static Buffer of(Object value, Charset charset) {
    if (value == null) {
      return Buffer.buffer();
    } else if (value instanceof Buffer buffer) {
      return buffer;
    } else if (value instanceof byte[] bytes) {
      return Buffer.buffer(bytes);
    } else if (value instanceof JsonObject || value instanceof JsonArray) {
      return text(Json.encode(value), charset);
    }
    return text(String.valueOf(value), charset);
  }

  /** The first charset that is named, else UTF-8. */
  static Charset charset(String first, String second) {
    String name = first != null ? first : second;
    return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
  }
}
