package io.abraxas.server.cluster;

import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The removal of one claim from the map of unique ids, as long as it is the one that is meant. */
final class ClaimRemoval extends Steps.Step {
  private final UniqueMap map;
  private final String key;
  private final byte[] value;
  private final BooleanSupplier needed;
  private final Runnable end;

  /**
   * @param needed asked before it is tried again
   * @param end run when it is done, or not needed any more
   */
  ClaimRemoval(
      Steps steps, UniqueMap map, String key, byte[] value, BooleanSupplier needed, Runnable end) {
    super(steps);
    this.map = map;
    this.key = key;
    this.value = value;
    this.needed = needed;
    this.end = end;
  }

  @Override
  CompletionStage<?> issue() {
    return map.remove(key, value);
  }

  @Override
  boolean isNeeded() {
    return needed.getAsBoolean();
  }

  @Override
  void done(Object answer) {
    end.run();
  }

  @Override
  void abandoned() {
    end.run();
  }
}
