package io.abraxas.server.cluster;

import io.abraxas.server.ClusterOptions;
import io.abraxas.server.client.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network for the members of one cluster that can be split: members reach each other through a
 * proxy before each, which knows the caller by its port. As when a cable is cut, what is on its way
 * over a connection stays there until the network is whole again. New connections end at once: one
 * that is neither made nor refused would keep Hazelcast from looking for others.
 */
final class Partitions implements AutoCloseable {
  /** Ports a member may call from. */
  private static final int OUTBOUND_PORTS = 60;

  /** Below those that the system gives away. */
  private static final int FIRST_OUTBOUND_PORT = 11_000;

  private final Path directory;
  private final int members;
  private final String name = "split-" + UUID.randomUUID();
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final List<NetServer> proxies = new ArrayList<>();
  private final int[] ports;
  private final int firstOutboundPort;

  private final List<Pair> pairs = new ArrayList<>();

  /** The number of each member's side; all the same: the network is whole. Guarded by pairs. */
  private int[] sides;

  Partitions(Path directory, int members) throws IOException {
    this.directory = directory;
    this.members = members;
    sides = new int[members];
    ports = TestCluster.freePorts(members);
    firstOutboundPort = freeRange(members * OUTBOUND_PORTS);
    for (int i = 0; i < members; i++) {
      int target = i;
      NetServer proxy = vertx.createNetServer().connectHandler(near -> accept(near, target));
      Await.result(proxy.listen(0, "127.0.0.1"));
      proxies.add(proxy);
    }
  }

  /** The first of so many ports in a row that were free a moment ago. */
  private static int freeRange(int count) {
    Random random = new Random();
    while (true) {
      int first = FIRST_OUTBOUND_PORT + random.nextInt(20_000);
      if (IntStream.range(first, first + count).allMatch(Partitions::isFree)) {
        return first;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** The options of a member. */
  ClusterOptions options(int member) {
    String list =
        proxies.stream()
            .map(proxy -> "<member>127.0.0.1:" + proxy.actualPort() + "</member>")
            .collect(Collectors.joining());
    int outbound = firstOutboundPort + member * OUTBOUND_PORTS;
    String xml =
        """
        <hazelcast xmlns="http://www.hazelcast.com/schema/config">
          <cluster-name>%s</cluster-name>
          <network>
            <public-address>127.0.0.1:%d</public-address>
            <port auto-increment="false">%d</port>
            <outbound-ports><ports>%d-%d</ports></outbound-ports>
            <join>
              <auto-detection enabled="false"/>
              <multicast enabled="false"/>
              <tcp-ip enabled="true"><member-list>%s</member-list></tcp-ip>
            </join>
            <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
          </network>
          <multimap name="__vertx.subs">
            <backup-count>1</backup-count>
            <value-collection-type>SET</value-collection-type>
          </multimap>
        </hazelcast>
        """
            .formatted(
                name,
                proxies.get(member).actualPort(),
                ports[member],
                outbound,
                outbound + OUTBOUND_PORTS - 1,
                list);
    try {
      Path file = Files.writeString(directory.resolve("member" + member + ".xml"), xml);
      return new ClusterOptions()
          .setConfig(file.toString())
          .setHeartbeatTimeoutSeconds(5)
          .setMergeDelaySeconds(2);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets members reach those of their own side only. */
  void split(List<List<Integer>> shape) {
    int[] split = new int[members];
    for (int side = 0; side < shape.size(); side++) {
      for (int member : shape.get(side)) {
        split[member] = side;
      }
    }
    become(split);
  }

  /** Lets all reach all. */
  void heal() {
    become(new int[members]);
  }

  private void become(int[] now) {
    synchronized (pairs) {
      sides = now;
      pairs.forEach(Pair::flow);
    }
  }

  private void accept(NetSocket near, int target) {
    near.exceptionHandler(e -> {});
    near.pause();
    int source = (near.remoteAddress().port() - firstOutboundPort) / OUTBOUND_PORTS;
    if (isCut(source, target)) {
      near.close();
      return;
    }
    client
        .connect(ports[target], "127.0.0.1")
        .onSuccess(
            far -> {
              far.exceptionHandler(e -> {});
              far.pause();
              Pair pair = new Pair(near, far, source, target);
              synchronized (pairs) {
                pairs.add(pair);
                pair.flow();
              }
            })
        .onFailure(e -> near.close());
  }

  private boolean isCut(int source, int target) {
    synchronized (pairs) {
      return sides[source] != sides[target];
    }
  }

  /** The two halves of a connection between two members. */
  private final class Pair {
    private final NetSocket near;
    private final NetSocket far;
    private final int source;
    private final int target;

    Pair(NetSocket near, NetSocket far, int source, int target) {
      this.near = near;
      this.far = far;
      this.source = source;
      this.target = target;
      pass(near, far);
      pass(far, near);
    }

    private void flow() {
      if (isCut(source, target)) {
        near.pause();
        far.pause();
      } else {
        near.resume();
        far.resume();
      }
    }

    private void pass(NetSocket from, NetSocket to) {
      from.closeHandler(
          v -> {
            synchronized (pairs) {
              pairs.remove(this);
            }
            to.close();
          });
      from.handler((Buffer data) -> to.write(data));
    }
  }

  /** All ways of splitting three members. */
  static List<List<List<Integer>>> ofThree() {
    List<List<List<Integer>>> shapes = new ArrayList<>();
    for (int one : IntStream.range(0, 3).toArray()) {
      shapes.add(List.of(List.of(one), List.of((one + 1) % 3, (one + 2) % 3)));
    }
    shapes.add(List.of(List.of(0), List.of(1), List.of(2)));
    return shapes;
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
