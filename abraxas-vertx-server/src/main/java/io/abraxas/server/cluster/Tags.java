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

  /**
   * These tags with one that is new, or has other bytes. The others stay as they are, but for one
   * that is cut off: behind that nothing would be found again.
   */
  static byte[] with(byte[] tags, byte tag, byte[] bytes) {
    int at = position(tags, tag);
    int whole = whole(tags);
    int begin = at < 0 ? whole : at;
    int end = at < 0 ? whole : at + HEAD + length(tags, at);
    return ByteBuffer.allocate(begin + HEAD + bytes.length + whole - end)
        .put(tags, 0, begin)
        .put(tag)
        .putInt(bytes.length)
        .put(bytes)
        .put(tags, end, whole - end)
        .array();
  }

  /** Where a tag begins; -1 when it is not there, or cut off. */
  private static int position(byte[] tags, byte wanted) {
    int at = 0;
    while (isWhole(tags, at)) {
      if (tags[at] == wanted) {
        return at;
      }
      at += HEAD + length(tags, at);
    }
    return -1;
  }

  /** Where the tags end that are not cut off. */
  private static int whole(byte[] tags) {
    int at = 0;
    while (isWhole(tags, at)) {
      at += HEAD + length(tags, at);
    }
    return at;
  }

  private static boolean isWhole(byte[] tags, int at) {
    int room = tags.length - at - HEAD;
    return room >= 0 && length(tags, at) >= 0 && length(tags, at) <= room;
  }

  private static int length(byte[] tags, int at) {
    return ByteBuffer.wrap(tags).getInt(at + 1);
  }
}
