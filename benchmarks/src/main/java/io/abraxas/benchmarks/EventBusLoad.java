package io.abraxas.benchmarks;

import io.abraxas.server.GearmanServerVerticle;
import io.abraxas.vertx.GearmanWorkerVerticle;
import io.abraxas.vertx.WorkerTask;
import io.abraxas.vertx.eventbus.JobBridgeVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/**
 * Jobs requested over the event bus and done by a worker verticle, through a server in the same
 * JVM, beside plain round trips over the event bus: in one run, in turns, 64 under way.
 *
 * <pre>
 * java -cp benchmarks.jar io.abraxas.benchmarks.EventBusLoad LOOPS BROKER_LOOP SECONDS ROUNDS
 * </pre>
 *
 * <p>The sender is on the first event loop; worker and plain consumer are on the last; server and
 * bridge are on BROKER_LOOP, from 0. Half of each turn warms up. The first round counts for
 * nothing; then each prints its rates, and the end their medians and the ratio.
 */
public final class EventBusLoad {
  private static final int WINDOW = 64;
  private static final String PLAIN = "plain";
  private static final String JOBS = "abraxas.jobs.load";

  private final Vertx vertx;
  private final int loops;
  private final double seconds;
  private final Buffer payload = Buffer.buffer(new byte[ClientLoad.PAYLOAD_BYTES]);
  private final double[][] rates;

  /** How many verticles were deployed: they get the loops in turn. */
  private int deployed;

  private volatile String consumerThread;

  private EventBusLoad(Vertx vertx, int loops, double seconds, int rounds) {
    this.vertx = vertx;
    this.loops = loops;
    this.seconds = seconds;
    this.rates = new double[2][rounds];
  }

  /** Runs it. */
  public static void main(String[] args) {
    int loops = Integer.parseInt(args[0]);
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    new EventBusLoad(vertx, loops, Double.parseDouble(args[2]), Integer.parseInt(args[3]))
        .run(Integer.parseInt(args[1]))
        .onFailure(Throwable::printStackTrace)
        .eventually(vertx::close);
  }

  private Future<?> run(int brokerLoop) {
    JsonObject client = new JsonObject().put("servers", new JsonArray().add("local:load"));
    JsonObject server = new JsonObject().put("listen", new JsonArray()).put("local", "load");
    JsonObject bridge =
        new JsonObject().put("functions", new JsonArray().add("load")).put("client", client);
    JsonObject worker = client.copy().put("maxJobs", WINDOW);
    return deploy(brokerLoop, new GearmanServerVerticle(), server)
        .compose(done -> deploy(brokerLoop, new JobBridgeVerticle(), bridge))
        .compose(done -> deploy(loops - 1, new Echo(), worker))
        .compose(done -> deploy(loops - 1, new PlainEcho(), new JsonObject()))
        .compose(done -> deploy(0, new Sender(), new JsonObject()));
  }

  private Future<String> deploy(int loop, Deployable verticle, JsonObject config) {
    if (deployed++ % loops == loop) {
      return vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config));
    }
    return vertx
        .deployVerticle(new VerticleBase() {})
        .compose(skipped -> deploy(loop, verticle, config));
  }

  private static double median(double[] all) {
    double[] sorted = Arrays.copyOfRange(all, 1, all.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private final class Echo extends GearmanWorkerVerticle {
    Echo() {
      super("load");
    }

    @Override
    protected Future<?> work(WorkerTask task) {
      if (!Thread.currentThread().getName().equals(consumerThread)) {
        throw new IllegalStateException("another loop than the plain consumer's");
      }
      return Future.succeededFuture(task.payload());
    }
  }

  private final class PlainEcho extends VerticleBase {
    @Override
    public Future<?> start() {
      consumerThread = Thread.currentThread().getName();
      return vertx
          .eventBus()
          .<Buffer>consumer(PLAIN, message -> message.reply(message.body()))
          .completion();
    }
  }

  /** Sends by turns to the two addresses. */
  private final class Sender extends VerticleBase {
    private long warmNanos;
    private long endNanos;
    private long count;
    private int underWay;
    private Promise<Void> turn;

    @Override
    public Future<?> start() {
      Future<Void> all = Future.succeededFuture();
      for (int round = 0; round < rates[0].length; round++) {
        int now = round;
        all = all.compose(done -> turn(PLAIN, rates[0], now));
        all = all.compose(done -> turn(JOBS, rates[1], now));
        all = all.onSuccess(done -> tell("round " + now, rates[0][now], rates[1][now]));
      }
      return all.onSuccess(done -> tell("median", median(rates[0]), median(rates[1])));
    }

    private void tell(String what, double plain, double jobs) {
      System.out.printf(
          "%s: plain %.0f/s, jobs %.0f/s, ratio %.2f%n", what, plain, jobs, jobs / plain);
    }

    private Future<Void> turn(String address, double[] into, int round) {
      turn = Promise.promise();
      count = 0;
      warmNanos = System.nanoTime() + (long) (seconds / 2 * 1e9);
      endNanos = warmNanos + (long) (seconds / 2 * 1e9);
      for (int i = 0; i < WINDOW; i++) {
        underWay++;
        next(address);
      }
      return turn.future().onSuccess(done -> into[round] = count / (seconds / 2));
    }

    private void next(String address) {
      vertx
          .eventBus()
          .request(address, payload)
          .onComplete(
              reply -> {
                long now = System.nanoTime();
                if (now < endNanos) {
                  count += now >= warmNanos ? 1 : 0;
                  next(address);
                } else if (--underWay == 0) {
                  turn.complete();
                }
              },
              turn::tryFail);
    }
  }
}
