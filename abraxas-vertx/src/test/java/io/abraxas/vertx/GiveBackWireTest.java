package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Functions taken back for a while, and tasks given back. */
class GiveBackWireTest extends WireTest {
  private final BlockingQueue<WorkerTask> tasks = new LinkedBlockingQueue<>();

  /** A worker whose tasks the test ends; it has said that it can, and grabs. */
  private Worker worker(GearmanClient client) {
    Worker worker = client.registerTaskWorker("f", tasks::add);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    return worker;
  }

  private Worker worker(int maxJobs) {
    return worker(client(server.options().setMaxJobs(maxJobs)));
  }

  /** Both sides have handled all that was done and sent before. */
  private void fence(GearmanClient client) {
    Future<Buffer> echo = client.echo(Buffer.buffer("fence"));
    assertThat(server.next()).isEqualTo("ECHO_REQ fence");
    server.send(PacketType.ECHO_RES, "fence");
    Waits.result(echo);
  }

  private WorkerTask assign(String handle) {
    server.send(PacketType.JOB_ASSIGN, handle, "f", "p");
    return task();
  }

  private WorkerTask task() {
    return Waits.next(tasks);
  }

  @Test
  void suspendedWorkerFinishesItsTasksAndIsNotOfferedOnReconnects() {
    GearmanClient client = client(server.options().setMaxJobs(2));
    Worker worker = worker(client);
    WorkerTask first = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> suspended = worker.suspend();
    // That grab is under way, so what it brings is done.
    WorkerTask second = assign("H:2");
    second.end("2");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:2 2");
    assertThat(suspended.isComplete()).isFalse();
    first.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(suspended);
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    client.registerValueWorker("g", task -> "r");
    assertThat(server.next()).isEqualTo("CAN_DO g");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Waits.result(worker.resume());
    assertThat(server.next()).isEqualTo("CAN_DO f");
  }

  @Test
  void resumedWorkerGrabsAgainAlsoFromAServerThatItSleptAt() {
    Worker worker = worker(1);
    server.send(PacketType.NO_JOB);
    assertThat(server.next()).isEqualTo("PRE_SLEEP");
    Waits.result(worker.suspend());
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(worker.suspend());
    Waits.result(worker.resume());
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    assign("H:1").end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
  }

  @Test
  void resumeUndoesASuspendThatStillWaits() {
    GearmanClient client = client(server.options().setMaxJobs(2));
    Worker worker = worker(client);
    WorkerTask task = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> suspended = worker.suspend();
    fence(client);
    server.send(PacketType.NO_JOB);
    fence(client);
    Waits.result(worker.resume());
    Waits.result(suspended);
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    task.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
  }

  @Test
  void taskGivenBackIsLeftToTheServerWithCantDo() {
    Worker worker = worker(1);
    Waits.result(assign("H:1").giveBack());
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(worker.resume());
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void taskGivenBackWaitsForTheOthersOfItsFunction() {
    worker(2);
    WorkerTask running = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> givenBack = assign("H:2").giveBack();
    running.status(1, 2);
    assertThat(server.next()).isEqualTo("WORK_STATUS H:1 1 2");
    assertThat(givenBack.isComplete()).isFalse();
    running.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(givenBack);
  }

  @Test
  void resumeDoesNotKeepWhatWasGivenBack() {
    Worker worker = worker(2);
    WorkerTask running = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> givenBack = assign("H:2").giveBack();
    Future<Void> overtaken = worker.resume();
    Future<Void> suspended = worker.suspend();
    Waits.result(overtaken);
    Future<Void> resumed = worker.resume();
    assertThat(resumed.isComplete()).isFalse();
    running.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
    assertThat(server.next()).isEqualTo("CANT_DO f");
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Waits.result(givenBack);
    Waits.result(suspended);
    Waits.result(resumed);
  }

  @Test
  void slotOfATaskGivenBackIsFreeForOtherFunctions() {
    GearmanClient client = client();
    worker(client);
    client.registerValueWorker("g", task -> "g");
    assertThat(server.next()).isEqualTo("CAN_DO g");
    WorkerTask task = assign("H:1");
    assertThat(server.isQuiet()).isTrue();
    Waits.result(task.giveBack());
    assertThat(server.next()).isEqualTo("CANT_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    server.send(PacketType.JOB_ASSIGN, "H:2", "g", "p");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:2 g");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    assertThat(server.isQuiet()).isTrue();
  }

  @Test
  void unregisterDuringASuspendSaysCantDoOnce() {
    GearmanClient client = client(server.options().setMaxJobs(2));
    Worker worker = worker(client);
    WorkerTask task = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> suspended = worker.suspend();
    fence(client);
    server.send(PacketType.NO_JOB);
    Future<Void> gone = worker.unregister();
    Waits.failure(worker.resume(), IllegalStateException.class);
    task.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
    assertThat(server.next()).isEqualTo("CANT_DO f");
    Waits.result(suspended);
    Waits.result(gone);
    Waits.result(worker.suspend());
    client.registerValueWorker("f", again -> "r");
    assertThat(server.next()).isEqualTo("PRE_SLEEP");
    assertThat(server.next()).isEqualTo("CAN_DO f");
  }

  @Test
  void lostConnectionEndsTheWaitAndGivesBackAsWell() {
    GearmanClient client = client(server.options().setMaxJobs(2));
    Worker worker = worker(client);
    WorkerTask running = assign("H:1");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Future<Void> givenBack = assign("H:2").giveBack();
    Future<Void> resumed = worker.resume();
    settled(client);
    server.cut();
    assertThat(server.next()).isEqualTo(FakeServer.CLOSED);
    Waits.result(givenBack);
    Waits.result(resumed);
    Waits.failure(running.giveBack(), ConnectionClosedException.class);
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    assertThat(server.isQuiet()).isTrue();
  }

  @Test
  void taskOfAForgottenWorkerIsGivenBackWithoutAWord() {
    GearmanClient client = client();
    Worker worker = worker(client);
    WorkerTask task = assign("H:1");
    client.forgetAllWorkers();
    assertThat(server.next()).isEqualTo("RESET_ABILITIES");
    client.registerValueWorker("f", again -> "r");
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(server.isQuiet()).isTrue();
    Waits.result(task.giveBack());
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
    Waits.failure(worker.resume(), IllegalStateException.class);
    Waits.failure(task.giveBack(), IllegalStateException.class);
  }
}
