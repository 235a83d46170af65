/**
 * What goes between nodes: one TCP connection for each pair, over which they lend each other jobs
 * and answer each other's questions. Nothing here knows who is in the cluster, or Hazelcast: that
 * comes through {@link io.abraxas.server.link.LinkDirectory}.
 *
 * <p>Everything runs on the server's one event loop. It may use the broker, the store's records,
 * the server's connections, the client's backoff, Vert.x and Netty.
 *
 * <p>Read {@link io.abraxas.server.link.LinkMessage} first for what is said, then {@link
 * io.abraxas.server.link.Links} for who is connected to whom.
 */
package io.abraxas.server.link;
