package io.abraxas.examples;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.abraxas.vertx.WorkerOptions;
import io.abraxas.vertx.WorkerTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;

/**
 * Counts the words of a file that streams through a worker: file, client, server and worker hold a
 * piece of it at a time, and the running count streams back into another file meanwhile.
 */
public final class WordCount {
  private static final long SECONDS = 30;
  private static final int LINES = 20_000;
  private static final String LINE = "a worker counts the words of this line while it comes\n";

  private WordCount() {}

  // tag::worker[]
  /** Says how many words there were so far, after each piece of the text. */
  private static void count(WorkerTask task) {
    WordCounter counter = new WordCounter();
    task.handler(
            piece -> {
              task.write(counter.add(piece) + "\n");
              if (task.writeQueueFull()) {
                task.pause();
                task.drainHandler(drained -> task.resume());
              }
            })
        .endHandler(end -> task.end(counter.words() + " words\n"));
  }

  // end::worker[]

  static Future<String> run(Vertx vertx, GearmanClient client) {
    client.registerTaskWorker(
        "wordCount", new WorkerOptions().setStreaming(true), WordCount::count);

    FileSystem files = vertx.fileSystem();
    return files
        .createTempDirectory("words")
        .compose(
            folder ->
                files
                    .writeFile(folder + "/text", Buffer.buffer(LINE.repeat(LINES)))
                    .compose(made -> count(client, files, folder + "/text", folder + "/counts"))
                    .compose(done -> files.readFile(folder + "/counts"))
                    .eventually(() -> files.deleteRecursive(folder)))
        .map(WordCount::lastLine);
  }

  // tag::client[]
  private static Future<Void> count(
      GearmanClient client, FileSystem files, String from, String to) {
    Future<Task> task =
        files
            .props(from)
            .map(file -> client.submit(new JobRequest("wordCount").setPayloadLength(file.size())));
    Future<Void> in =
        task.compose(t -> files.open(from, new OpenOptions()).compose(text -> text.pipeTo(t)));
    Future<Void> out =
        task.compose(t -> files.open(to, new OpenOptions()).compose(counts -> t.pipeTo(counts)));
    return Future.all(in, out).mapEmpty();
  }

  // end::client[]

  private static String lastLine(Buffer counts) {
    String text = counts.toString().trim();
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  /** Takes the address of a server. */
  public static void main(String[] args) {
    Example.run(args, SECONDS, WordCount::run);
  }
}
