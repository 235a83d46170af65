package io.abraxas.server.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A process with many connections that do nothing until its input ends. */
final class IdlePeers {
  private IdlePeers() {}

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    List<SocketChannel> peers = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        peers.add(
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }
      System.out.println("connected");
    } catch (IOException e) {
      System.out.println("only " + peers.size() + " connections: " + e.getMessage());
    }
    System.out.flush();
    while (System.in.read() >= 0) {
      // Until whoever started this closes our input.
    }
  }
}
