package io.abraxas.server.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.abraxas.server.ClusterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Members of one Hazelcast cluster in this JVM, at free ports of the loopback interface. */
final class TestCluster implements AutoCloseable {
  private final String name = "test-" + UUID.randomUUID();
  private final List<String> addresses = new ArrayList<>();
  private final List<HazelcastInstance> members = new ArrayList<>();

  /** The options of one more member, which knows the addresses of those before. */
  ClusterOptions nextOptions() {
    int port = freePort();
    ClusterOptions options =
        new ClusterOptions()
            .setName(name)
            .setPort(port)
            .setMembers(addresses)
            .setHeartbeatTimeoutSeconds(5)
            .setMergeDelaySeconds(1);
    addresses.add("127.0.0.1:" + port);
    return options;
  }

  /** Starts one more member. */
  HazelcastInstance start() {
    return start(config -> {});
  }

  /** Starts one more member with another configuration. */
  HazelcastInstance start(Consumer<Config> change) {
    try {
      Config config = ClusteredVertx.config(nextOptions());
      change.accept(config);
      HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
      members.add(member);
      return member;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that was free a moment ago: Hazelcast has to be told all ports beforehand. */
  static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Several such ports, all different. */
  static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    members.forEach(member -> member.getLifecycleService().terminate());
  }
}
