package io.abraxas.server.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * A broker with members that record what they are told, a clock that tests turn, and, when asked
 * for, a store and owners that answer when the test says so. Handles count from 1. After every
 * event the broker's turn ends and its tables are audited.
 */
final class Harness {
  final ManualClock clock;
  final Origins origins;
  final MemoryLimit memory;
  final LateStore store;
  final LateOwners owners;
  final Broker broker;
  private final List<Member> members = new ArrayList<>();

  /** How many events come between two audits. */
  int auditEvery = 1;

  private int events;

  Harness() {
    this(BrokerConfig.DEFAULT);
  }

  Harness(BrokerConfig config) {
    this(config, 0, false, false);
  }

  Harness(BrokerConfig config, long memoryLimit, boolean withStore, boolean withOwners) {
    this(config, memoryLimit, withStore, withOwners, new ManualClock(), 1);
  }

  /** One of several nodes, which share a clock. */
  Harness(BrokerConfig config, ManualClock clock, int node) {
    this(config, 0, false, false, clock, node);
  }

  /** One of several nodes, which share a clock and unique ids. */
  static Harness withOwners(BrokerConfig config, ManualClock clock, int node) {
    return new Harness(config, 0, false, true, clock, node);
  }

  private Harness(
      BrokerConfig config,
      long memoryLimit,
      boolean withStore,
      boolean withOwners,
      ManualClock clock,
      int node) {
    this.clock = clock;
    origins = new Origins("H:" + node, String.format("%019d", node));
    memory = new MemoryLimit(memoryLimit);
    store = withStore ? new LateStore(this) : null;
    owners = withOwners ? new LateOwners(this) : null;
    broker = new Broker(clock, config, memory, store, owners);
  }

  static Harness withStore() {
    return new Harness(BrokerConfig.DEFAULT, 0, true, false);
  }

  static Harness withStore(BrokerConfig config) {
    return new Harness(config, 0, true, false);
  }

  static Harness withOwners() {
    return new Harness(BrokerConfig.DEFAULT, 0, false, true);
  }

  static Harness withStoreAndOwners() {
    return new Harness(BrokerConfig.DEFAULT, 0, true, true);
  }

  /** One of several nodes that share a clock and unique ids. */
  static Harness withOwners(ManualClock clock, int node, boolean withStore) {
    return new Harness(BrokerConfig.DEFAULT, 0, withStore, true, clock, node);
  }

  static Harness withMemory(long limit) {
    return new Harness(BrokerConfig.DEFAULT, limit, false, false);
  }

  static BrokerConfig retries(int jobRetries) {
    return new BrokerConfig(jobRetries, false, 0, false);
  }

  static BrokerConfig wakeup(int workerWakeup) {
    return new BrokerConfig(0, false, workerWakeup, false);
  }

  Member connect() {
    Member member = new Member(this);
    members.add(member);
    return member;
  }

  /** A member that can do these functions. */
  Member worker(String... functions) {
    Member worker = connect();
    for (String function : functions) {
      worker.canDo(function);
    }
    return worker;
  }

  /** A member that can do these functions and sleeps. */
  Member sleeper(String... functions) {
    return worker(functions).sleep();
  }

  /** Time passes, and the broker does what is due. */
  void pass(long millis) {
    clock.epochMillis += millis;
    clock.nanos += millis * 1_000_000;
    broker.advance();
    endTurn();
  }

  void endTurn() {
    broker.endTurn();
    if (++events % auditEvery == 0) {
      Audit.check(this);
    }
  }

  boolean cancel(long handle) {
    boolean done = broker.cancel(handle);
    endTurn();
    return done;
  }

  FunctionAdmin.DropRefusal drop(String function) {
    FunctionAdmin.DropRefusal refusal = broker.functionAdmin().drop(Member.bytes(function));
    endTurn();
    return refusal;
  }

  void limit(String function, int high, int normal, int low) {
    broker.functionAdmin().limit(Member.bytes(function), high, normal, low);
  }

  /** {@code total/running/workers} of a function, or null when it is not known. */
  String counts(String function) {
    FunctionQueue f = function(function);
    return f == null ? null : f.total() + "/" + f.running() + "/" + f.workers();
  }

  /** {@code high/normal/low} jobs queued. */
  String queued(String function) {
    FunctionQueue f = function(function);
    return f.queued(Priority.HIGH) + "/" + f.queued(Priority.NORMAL) + "/" + f.queued(Priority.LOW);
  }

  FunctionQueue function(String name) {
    for (FunctionQueue f : broker.functions()) {
      if (Member.text(f.name()).equals(name)) {
        return f;
      }
    }
    return null;
  }

  /** {@code known running numerator/denominator}, as GET_STATUS would tell. */
  String status(long handle) {
    return status(broker.find(handle));
  }

  String statusOfUnique(String unique) {
    byte[] bytes = Member.bytes(unique);
    return status(
        broker.findUnique(io.netty.buffer.Unpooled.wrappedBuffer(bytes), 0, bytes.length));
  }

  private static String status(Job job) {
    return job == null
        ? "0 0 0/0"
        : "1 " + (job.isRunning() ? 1 : 0) + " " + job.numerator() + "/" + job.denominator();
  }

  void leaveAll() {
    for (Member member : members) {
      if (!member.session.closed) {
        member.leave();
      }
    }
  }

  static final class ManualClock implements BrokerClock {
    long epochMillis = 1_800_000_000_000L;

    /** Close to its wrap, as the JDK allows. */
    long nanos = Long.MAX_VALUE - 5_000_000_000L;

    @Override
    public long epochMillis() {
      return epochMillis;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }
  }
}
