package io.abraxas.server.release;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Locale;

/** An application's verticle without Gearman: answers texts on the event bus in capitals. */
public final class ShoutVerticle extends VerticleBase {
  static final String ADDRESS = "shout";

  @Override
  public Future<?> start() {
    return vertx
        .eventBus()
        .<String>consumer(ADDRESS, text -> text.reply(text.body().toUpperCase(Locale.ROOT) + "!"))
        .completion();
  }
}
