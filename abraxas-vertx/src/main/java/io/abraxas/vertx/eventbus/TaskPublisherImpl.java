package io.abraxas.vertx.eventbus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The publisher: its functions, and where their consumers tell of progress. */
final class TaskPublisherImpl extends Bridge implements TaskPublisher {
  private final TaskPublisherOptions options;
  private final TaskProgress progress;
  private final List<Publication> publications = new ArrayList<>();

  TaskPublisherImpl(Vertx vertx, TaskPublisherOptions options) {
    super(vertx, options.getClient());
    if (options.getFunctions().isEmpty()) {
      throw new IllegalArgumentException("a task publisher needs a function");
    }
    this.options = new TaskPublisherOptions(options);
    this.progress = new TaskProgress(charset);
  }

  @Override
  Future<Void> open() {
    return progress
        .listen(vertx)
        .onSuccess(
            listens ->
                options
                    .getFunctions()
                    .forEach(
                        one ->
                            publications.add(
                                new Publication(vertx, one, options, progress, charset))));
  }

  @Override
  Future<Void> shut() {
    return Future.join(publications.stream().map(Publication::shutdown).toList())
        .<Void>mapEmpty()
        .eventually(progress::close);
  }
}
