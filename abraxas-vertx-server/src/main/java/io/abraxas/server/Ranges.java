package io.abraxas.server;

/** Refuses numbers that make no sense for an option. */
final class Ranges {
  private Ranges() {}

  /**
   * The value.
   *
   * @throws IllegalArgumentException when it is out of bounds, naming the key and what it may be
   */
  static int of(String key, int value, int least, int most) {
    return (int) of(key, value, least, (long) most);
  }

  /** The same for larger numbers. */
  static long of(String key, long value, long least, long most) {
    if (value < least || value > most) {
      String bound = most >= Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
      throw new IllegalArgumentException(key + " must be " + bound + ", not " + value);
    }
    return value;
  }
}
