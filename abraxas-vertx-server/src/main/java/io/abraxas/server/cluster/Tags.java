package io.abraxas.server.cluster;

import java.nio.ByteBuffer;

/** What may follow the fields of a record, row by row: 1 byte tag, 4 bytes length, bytes. */
final class Tags {
  private static final int HEAD = 1 + 4;

  private Tags() {}

  /** The bytes behind a tag, or null when it is not there. */
  static byte[] find(byte[] tags, byte wanted) {
    int at = position(tags, wanted);
    if (at < 0) {
      return null;
    }
    byte[] found = new byte[length(tags, at)];
    System.arraycopy(tags, at + HEAD, found, 0, found.length);
    return found;
  }

  /** These tags with one that is new, or has other bytes; the others stay as they are. */
  static byte[] with(byte[] tags, byte tag, byte[] bytes) {
    int at = position(tags, tag);
    int begin = at < 0 ? tags.length : at;
    int end = at < 0 ? tags.length : at + HEAD + length(tags, at);
    return ByteBuffer.allocate(begin + HEAD + bytes.length + tags.length - end)
        .put(tags, 0, begin)
        .put(tag)
        .putInt(bytes.length)
        .put(bytes)
        .put(tags, end, tags.length - end)
        .array();
  }

  /** Where a tag begins; -1 when it is not there, or cut off. */
  private static int position(byte[] tags, byte wanted) {
    int at = 0;
    while (tags.length - at >= HEAD) {
      int length = length(tags, at);
      if (length < 0 || length > tags.length - at - HEAD) {
        return -1;
      }
      if (tags[at] == wanted) {
        return at;
      }
      at += HEAD + length;
    }
    return -1;
  }

  private static int length(byte[] tags, int at) {
    return ByteBuffer.wrap(tags).getInt(at + 1);
  }
}
