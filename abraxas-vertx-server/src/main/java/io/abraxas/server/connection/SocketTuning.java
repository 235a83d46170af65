package io.abraxas.server.connection;

import io.abraxas.server.ConnectionOptions;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;

/** Settings of an accepted socket. */
final class SocketTuning {
  private static final int MIN_READ = 64;
  private static final int FIRST_READ = 4096;
  private static final int MAX_READ = 256 * 1024;

  private SocketTuning() {}

  static void apply(Channel channel, ConnectionOptions options) {
    // Memory for a read exists only during the read, so idle connections have none.
    channel
        .config()
        .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ));
    if (channel instanceof SocketChannel && options.isKeepalive()) {
      channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
      boolean epoll = channel instanceof EpollSocketChannel;
      set(
          channel,
          epoll ? EpollChannelOption.TCP_KEEPIDLE : nio(ExtendedSocketOptions.TCP_KEEPIDLE),
          options.getKeepaliveIdle());
      set(
          channel,
          epoll ? EpollChannelOption.TCP_KEEPINTVL : nio(ExtendedSocketOptions.TCP_KEEPINTERVAL),
          options.getKeepaliveInterval());
      set(
          channel,
          epoll ? EpollChannelOption.TCP_KEEPCNT : nio(ExtendedSocketOptions.TCP_KEEPCOUNT),
          options.getKeepaliveCount());
    }
  }

  private static ChannelOption<Integer> nio(SocketOption<Integer> option) {
    return NioChannelOption.of(option);
  }

  /** 0 leaves the system's own setting. */
  private static void set(Channel channel, ChannelOption<Integer> option, int value) {
    if (value > 0) {
      channel.config().setOption(option, value);
    }
  }
}
