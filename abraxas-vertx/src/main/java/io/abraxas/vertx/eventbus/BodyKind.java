package io.abraxas.vertx.eventbus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** What a message body is, which decides how it becomes a payload and how a result goes back. */
enum BodyKind {
  BUFFER {
    @Override
    Buffer payload(Object body, Charset charset) {
      return body == null ? Buffer.buffer() : (Buffer) body;
    }

    @Override
    Object reply(Buffer result, Charset charset) {
      return result;
    }
  },
  BYTES {
    @Override
    Buffer payload(Object body, Charset charset) {
      return Buffer.buffer((byte[]) body);
    }

    @Override
    Object reply(Buffer result, Charset charset) {
      return result.getBytes();
    }
  },
  TEXT {
    @Override
    Buffer payload(Object body, Charset charset) {
      return encode((String) body, charset);
    }

    @Override
    Object reply(Buffer result, Charset charset) {
      return result.toString(charset);
    }
  },
  JSON {
    @Override
    Buffer payload(Object body, Charset charset) {
      return Json.encodeToBuffer(body);
    }

    @Override
    Object reply(Buffer result, Charset charset) {
      try {
        Object value = Json.decodeValue(result);
        return value == null || travels(value) ? value : result;
      } catch (DecodeException e) {
        return result;
      }
    }
  };

  abstract Buffer payload(Object body, Charset charset);

  abstract Object reply(Buffer result, Charset charset);

  /** The kind of a body; null when it can be no payload. */
  static BodyKind of(Object body) {
    if (body == null || body instanceof Buffer) {
      return BUFFER;
    } else if (body instanceof String) {
      return TEXT;
    } else if (body instanceof JsonObject || body instanceof JsonArray) {
      return JSON;
    }
    return body instanceof byte[] ? BYTES : null;
  }

  /**
   * A reply or a piece of progress from a consumer as bytes; null when it is of a kind that has
   * none.
   */
  static Buffer bytes(Object body, Charset charset) {
    BodyKind kind = of(body);
    if (kind != null) {
      return kind.payload(body, charset);
    }
    return body instanceof Number || body instanceof Boolean
        ? encode(body.toString(), charset)
        : null;
  }

  private static Buffer encode(String text, Charset charset) {
    return charset.equals(StandardCharsets.UTF_8)
        ? Buffer.buffer(text)
        : Buffer.buffer(text.getBytes(charset));
  }

  /** Whether every event bus can carry it: numbers beyond 64 bits it cannot. */
  private static boolean travels(Object value) {
    return value instanceof JsonObject
        || value instanceof JsonArray
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double;
  }
}
