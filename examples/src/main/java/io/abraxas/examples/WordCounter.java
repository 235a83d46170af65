package io.abraxas.examples;

import io.vertx.core.buffer.Buffer;

/** Counts words in a text that comes in pieces; a word may be cut by the end of one. */
final class WordCounter {
  private long words;
  private boolean inWord;

  long words() {
    return words;
  }

  long add(Buffer piece) {
    for (int i = 0; i < piece.length(); i++) {
      boolean letter = piece.getByte(i) > ' ' || piece.getByte(i) < 0;
      if (letter && !inWord) {
        words++;
      }
      inWord = letter;
    }
    return words;
  }
}
