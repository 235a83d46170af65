package io.abraxas.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.abraxas.vertx.protocol.PacketType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client of two servers: what goes to one of them, what to both, and one that dies. */
class TwoServersWireTest extends WireTest {
  private FakeServer other;

  @BeforeEach
  void startOther() {
    other = new FakeServer(vertx);
  }

  private GearmanClientOptions both() {
    return server.options().addServer(other.address());
  }

  /** A client that both servers have greeted. */
  private GearmanClient connectedToBoth(GearmanClientOptions options) {
    GearmanClient client = client(options);
    Waits.until(() -> client.connectedServers().size() == 2);
    return client;
  }

  @Test
  void jobsGoToTheServersInTurn() {
    GearmanClient client = connectedToBoth(both());
    for (int i = 0; i < 6; i++) {
      client.submitJobBackground("f", String.valueOf(i));
    }
    List<String> here = List.of(server.next(), server.next(), server.next());
    List<String> there = List.of(other.next(), other.next(), other.next());
    boolean firstIsHere = here.get(0).endsWith(" 0");
    List<String> even = List.of("SUBMIT_JOB_BG f  0", "SUBMIT_JOB_BG f  2", "SUBMIT_JOB_BG f  4");
    List<String> odd = List.of("SUBMIT_JOB_BG f  1", "SUBMIT_JOB_BG f  3", "SUBMIT_JOB_BG f  5");
    assertThat(here).isEqualTo(firstIsHere ? even : odd);
    assertThat(there).isEqualTo(firstIsHere ? odd : even);
  }

  @Test
  void handlerThatComesLateIsToldOfServersThatAreConnected() {
    GearmanClient client = connectedToBoth(both());
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    client.connectedHandler(told::add);
    Waits.until(() -> told.size() == 2);
    assertThat(told).containsExactlyInAnyOrder(server.address(), other.address());
  }

  @Test
  void clusterIsAskedOnceForAJobAndForWhatIsItsServersOwn() {
    server.inCluster("here");
    other.inCluster("here");
    GearmanClient client = connectedToBoth(both());
    // The servers take turns.
    for (int i = 0; i < 2; i++) {
      Future<JobStatus> status = client.getStatus("H:1");
      Waits.until(() -> !server.isQuiet() || !other.isQuiet());
      FakeServer asked = server.isQuiet() ? other : server;
      assertThat(asked.next()).isEqualTo("GET_STATUS H:1");
      asked.send(PacketType.STATUS_RES, "H:1", "1", "1", "3", "4");
      assertThat(Waits.result(status)).isEqualTo(new JobStatus(1, 1, 3, 4, 0));
    }
    client.admin().status();
    assertThat(server.next()).isEqualTo("status own");
    assertThat(other.next()).isEqualTo("status own");
  }

  @Test
  void questionsEndWithTheResponseTimeoutWhenAServerSaysNothingOfItsCluster() {
    other.silentOnOptions();
    GearmanClient client = connectedToBoth(both().setResponseTimeout(100));
    Waits.failure(client.admin().status(), TaskTimeoutException.class);
    Waits.failure(client.getStatus("H:1"), TaskTimeoutException.class);
  }

  @Test
  void serversOfTwoClustersAreAskedBoth() {
    server.inCluster("here");
    other.inCluster("there");
    Future<JobStatus> status = connectedToBoth(both()).getStatusByUnique("u");
    for (FakeServer each : List.of(server, other)) {
      assertThat(each.next()).isEqualTo("GET_STATUS_UNIQUE u");
      each.send(PacketType.STATUS_RES_UNIQUE, "u", "1", "0", "0", "0", "1");
    }
    assertThat(Waits.result(status)).isEqualTo(new JobStatus(2, 0, 0, 0, 2));
  }

  @Test
  void anotherServerOfAClusterAnswersWhenTheFirstIsLost() {
    server.inCluster("here");
    other.inCluster("here");
    GearmanClient client = connectedToBoth(both());
    other.close();
    Waits.until(() -> client.connectedServers().size() == 1);
    for (int i = 0; i < 2; i++) {
      Future<JobStatus> status = client.getStatus("H:1");
      assertThat(server.next()).isEqualTo("GET_STATUS H:1");
      server.send(PacketType.STATUS_RES, "H:1", "1", "0", "0", "0");
      assertThat(Waits.result(status).known()).isTrue();
    }
  }

  @Test
  void jobsGoToTheServerThatIsLeft() {
    GearmanClient client = connectedToBoth(both());
    other.close();
    Waits.until(() -> client.connectedServers().size() == 1);
    assertThat(client.connectedServers()).containsExactly(server.address());
    for (int i = 0; i < 4; i++) {
      client.submitJobBackground("f", String.valueOf(i));
      assertThat(server.next()).isEqualTo("SUBMIT_JOB_BG f  " + i);
    }
  }

  @Test
  void jobOfTheServerThatDiesFailsAndThatOfTheOtherGoesOn() {
    GearmanClient client = connectedToBoth(both());
    Task one = client.submitJob("f", "1");
    Task two = client.submitJob("f", "2");
    boolean firstIsHere = server.next().endsWith(" 1");
    other.next();
    Task here = firstIsHere ? one : two;
    Task there = firstIsHere ? two : one;
    other.cut();
    assertThat(Waits.failure(there.result(), ConnectionClosedException.class).server())
        .isEqualTo(other.address());
    server.send(PacketType.JOB_CREATED, "H:1");
    server.send(PacketType.WORK_COMPLETE, "H:1", "done");
    assertThat(Waits.result(here.resultText())).isEqualTo("done");
  }

  @Test
  void whatWorkersSayGoesToBothAndAgainToTheOneThatComesBack() {
    GearmanClient client = connectedToBoth(both());
    client.setClientId("me");
    client.admin().maxqueue("f", 7);
    Promise<String> running = Promise.promise();
    client.registerWorker("f", task -> running.future());
    for (FakeServer each : List.of(server, other)) {
      assertThat(each.next()).isEqualTo("SET_CLIENT_ID me");
      assertThat(each.next()).isEqualTo("maxqueue f 7");
      assertThat(each.next()).isEqualTo("CAN_DO f");
    }
    other.cut();
    // The one slot may have asked there first.
    String next = other.next();
    if (next.equals("GRAB_JOB_ALL")) {
      next = other.next();
    }
    assertThat(next).isEqualTo(FakeServer.CLOSED);
    assertThat(other.next()).isEqualTo("SET_CLIENT_ID me");
    assertThat(other.next()).isEqualTo("CAN_DO f");
    assertThat(other.next()).isEqualTo("maxqueue f 7");
    assertThat(server.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void oneSlotAsksTheServersInTurn() {
    GearmanClient client = connectedToBoth(both());
    client.registerValueWorker("f", task -> task.server());
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(other.next()).isEqualTo("CAN_DO f");
    // Both have jobs without end: each is asked for one, then the other.
    client.setClientId("a fence");
    List<String> first = List.of(server.next(), other.next());
    boolean here = first.get(0).equals("GRAB_JOB_ALL");
    assertThat(first).containsOnly("GRAB_JOB_ALL", "SET_CLIENT_ID a fence");
    assertThat((here ? server : other).next()).isEqualTo("SET_CLIENT_ID a fence");
    for (int i = 0; i < 6; i++) {
      FakeServer asked = here ? server : other;
      asked.send(PacketType.JOB_ASSIGN, "H:" + i, "f", "p");
      assertThat(asked.next()).isEqualTo("WORK_COMPLETE H:" + i + " " + asked.address());
      here = !here;
      assertThat((here ? server : other).next()).isEqualTo("GRAB_JOB_ALL");
      assertThat(asked.isQuiet()).isTrue();
    }
  }

  @Test
  void slotsAreSharedByAllFunctionsAndServers() {
    BlockingQueue<WorkerTask> running = new LinkedBlockingQueue<>();
    GearmanClient client = connectedToBoth(both().setMaxJobs(2));
    client.registerTaskWorker("f", running::add);
    client.registerTaskWorker("g", running::add);
    for (FakeServer each : List.of(server, other)) {
      assertThat(each.next()).isEqualTo("CAN_DO f");
      assertThat(each.next()).isEqualTo("GRAB_JOB_ALL");
      assertThat(each.next()).isEqualTo("CAN_DO g");
    }
    server.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    WorkerTask first = Waits.next(running);
    other.send(PacketType.JOB_ASSIGN, "H:2", "g", "p");
    WorkerTask second = Waits.next(running);
    // Two of different functions and servers run, so that nobody is asked for a third.
    client.setClientId("a fence");
    assertThat(server.next()).isEqualTo("SET_CLIENT_ID a fence");
    assertThat(other.next()).isEqualTo("SET_CLIENT_ID a fence");
    first.end("1");
    assertThat(server.next()).isEqualTo("WORK_COMPLETE H:1 1");
    second.end("2");
    assertThat(other.next()).isEqualTo("WORK_COMPLETE H:2 2");
    assertThat(List.of(server.next(), other.next())).containsOnly("GRAB_JOB_ALL");
  }

  @Test
  void slotOfTheServerThatDiesIsForTheOther() {
    Promise<String> lost = Promise.promise();
    Promise<Void> told = Promise.promise();
    GearmanClient client = connectedToBoth(both());
    client.registerWorker(
        "f",
        task -> {
          task.connectionLostHandler(told::tryComplete);
          return lost.future();
        });
    assertThat(server.next()).isEqualTo("CAN_DO f");
    assertThat(other.next()).isEqualTo("CAN_DO f");
    client.setClientId("a fence");
    boolean here = server.next().equals("GRAB_JOB_ALL");
    FakeServer dies = here ? server : other;
    FakeServer lives = here ? other : server;
    if (here) {
      assertThat(lives.next()).isEqualTo("SET_CLIENT_ID a fence");
    } else {
      assertThat(dies.next()).isEqualTo("GRAB_JOB_ALL");
    }
    assertThat(dies.next()).isEqualTo("SET_CLIENT_ID a fence");
    dies.send(PacketType.JOB_ASSIGN, "H:1", "f", "p");
    client.setClientId("another");
    assertThat(dies.next()).isEqualTo("SET_CLIENT_ID another");
    assertThat(lives.next()).isEqualTo("SET_CLIENT_ID another");
    dies.close();
    Waits.result(told.future());
    lost.complete("too late");
    assertThat(lives.next()).isEqualTo("GRAB_JOB_ALL");
  }

  @Test
  void answersOfBothAreAddedUpAndThoseOfTheDeadAreNotWaitedFor() {
    GearmanClient client = connectedToBoth(both());
    Future<JobStatus> status = client.getStatus("H:1");
    assertThat(server.next()).isEqualTo("GET_STATUS H:1");
    assertThat(other.next()).isEqualTo("GET_STATUS H:1");
    server.send(PacketType.STATUS_RES, "H:1", "1", "1", "3", "4");
    other.send(PacketType.STATUS_RES, "H:1", "1", "0", "0", "0");
    assertThat(Waits.result(status).knownBy()).isEqualTo(2);
    assertThat(Waits.result(status).runningOn()).isEqualTo(1);
    Future<List<FunctionStatus>> functions = client.admin().status();
    for (FakeServer each : List.of(server, other)) {
      assertThat(each.next()).isEqualTo("status");
      assertThat(each.next()).isEqualTo("ECHO_REQ end of rows");
      each.sendRaw(Buffer.buffer("f\t2\t1\t1\n.\n"));
      each.send(PacketType.ECHO_RES, "end of rows");
    }
    assertThat(Waits.result(functions)).containsExactly(new FunctionStatus("f", 4, 2, 2));
    Future<JobStatus> cut = client.getStatus("H:2");
    assertThat(server.next()).isEqualTo("GET_STATUS H:2");
    assertThat(other.next()).isEqualTo("GET_STATUS H:2");
    other.cut();
    assertThat(Waits.failure(cut, ConnectionClosedException.class).server())
        .isEqualTo(other.address());
  }
}
