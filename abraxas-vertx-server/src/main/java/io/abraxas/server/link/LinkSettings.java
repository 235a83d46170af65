package io.abraxas.server.link;

/**
 * What links of a node need to be told.
 *
 * @param incarnation this node
 * @param token what other nodes have to say to it
 * @param host where it listens
 * @param port where it listens; 0: any that is free
 * @param timeoutMillis silence after which a link is lost
 */
public record LinkSettings(
    String incarnation, String token, String host, int port, long timeoutMillis) {}
