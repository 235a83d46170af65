package io.abraxas.vertx.eventbus;

import io.abraxas.vertx.GearmanClient;
import io.abraxas.vertx.GearmanException;
import io.abraxas.vertx.JobRequest;
import io.abraxas.vertx.Task;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The bridge: its client and the addresses where it takes requests. */
final class JobBridgeImpl extends Bridge implements JobBridge {
  private static final Logger LOG = LoggerFactory.getLogger(JobBridge.class);

  private final EventBus bus;
  private final JobBridgeOptions options;
  private final Set<String> functions;
  private final DeliveryOptions typed =
      new DeliveryOptions().setCodecName(JobReplyExceptionCodec.NAME);
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
  private GearmanClient client;

  JobBridgeImpl(Vertx vertx, JobBridgeOptions options) {
    super(vertx, options.getClient());
    this.bus = vertx.eventBus();
    this.options = new JobBridgeOptions(options);
    this.functions = new HashSet<>(options.getFunctions());
    JobReplyException.registerCodec(vertx);
  }

  @Override
  Future<Void> open() {
    client = GearmanClient.create(vertx, options.getClient());
    listen(options.getAddress(), null);
    functions.forEach(function -> listen(options.getAddress() + "." + function, function));
    return Future.all(consumers.stream().map(MessageConsumer::completion).toList()).mapEmpty();
  }

  private void listen(String address, String function) {
    consumers.add(bus.consumer(address, message -> accept(function, message)));
  }

  @Override
  Future<Void> shut() {
    List<Future<Void>> gone = consumers.stream().map(MessageConsumer::unregister).toList();
    consumers.clear();
    return Future.join(gone).eventually(client::close).mapEmpty();
  }

  private void accept(String function, Message<Object> message) {
    try {
      submit(function(function, message), message);
    } catch (JobReplyException e) {
      fail(message, e);
    } catch (RuntimeException e) {
      fail(message, bug(e));
    }
  }

  private String function(String ofAddress, Message<Object> message) {
    String ofHeader = message.headers().get(EventBusContract.FUNCTION);
    if (ofAddress == null) {
      if (ofHeader == null || ofHeader.isEmpty()) {
        throw JobReplyException.rejected(
            EventBusContract.NO_FUNCTION, "the header \"function\" is missing");
      } else if (!options.isAnyFunction() && !functions.contains(ofHeader)) {
        throw JobReplyException.rejected(
            EventBusContract.NO_FUNCTION, "this bridge does not take the function " + ofHeader);
      }
      return ofHeader;
    } else if (ofHeader != null && !ofHeader.equals(ofAddress)) {
      throw JobReplyException.rejected(
          EventBusContract.BAD_HEADER,
          "the header \"function\" says " + ofHeader + " at the address of " + ofAddress);
    }
    return ofAddress;
  }

  private void submit(String function, Message<Object> message) {
    Object body = message.body();
    BodyKind kind = BodyKind.of(body);
    if (kind == null) {
      throw JobReplyException.rejected(
          EventBusContract.BAD_BODY, "no payload can be made of a " + body.getClass().getName());
    }
    JobRequest request = request(function).setPayload(kind.payload(body, charset));
    RequestHeaders.read(message.headers(), request);
    Task task = client.submit(request);
    if (RequestHeaders.isBackground(request)) {
      task.handle().onComplete(message::reply, e -> fail(message, e));
      return;
    }
    String progress = message.headers().get(EventBusContract.PROGRESS);
    if (progress != null) {
      Progress.publish(bus, progress, task, kind, charset);
    }
    task.result()
        .onComplete(result -> message.reply(kind.reply(result, charset)), e -> fail(message, e));
  }

  private static JobRequest request(String function) {
    try {
      return new JobRequest(function);
    } catch (IllegalArgumentException e) {
      throw JobReplyException.rejected(EventBusContract.BAD_HEADER, e.getMessage());
    }
  }

  private void fail(Message<Object> message, Throwable e) {
    fail(message, e instanceof GearmanException told ? JobReplyException.of(told) : bug(e));
  }

  private void fail(Message<Object> message, JobReplyException e) {
    String form = message.headers().get(EventBusContract.FAILURES);
    if (EventBusContract.FAILURES_TYPED.equals(form)) {
      message.reply(e, typed);
    } else {
      // The codec of Vert.x for ReplyException: it hands on this object here, and what any Vert.x
      // understands elsewhere.
      message.reply(e);
    }
  }

  private static JobReplyException bug(Throwable e) {
    LOG.error("a request over the event bus went wrong", e);
    return JobReplyException.internal(e);
  }
}
