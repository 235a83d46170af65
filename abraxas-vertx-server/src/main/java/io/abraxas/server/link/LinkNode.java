package io.abraxas.server.link;

/**
 * Another node, as it can be reached.
 *
 * @param incarnation which start of it, 19 digits
 * @param host where it listens for links
 * @param port where it listens for links; 0: it cannot be reached
 * @param token what it wants to hear from who connects
 */
public record LinkNode(String incarnation, String host, int port, String token) {}
