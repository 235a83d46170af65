package io.abraxas.server.broker;

/** The three levels; all runnable jobs of a level go before any of the next. */
public enum Priority {
  HIGH(0),
  NORMAL(1),
  LOW(2);

  static final int LEVELS = 3;

  /** Its place in arrays by priority: 0 goes first. */
  final int level;

  Priority(int level) {
    this.level = level;
  }
}
