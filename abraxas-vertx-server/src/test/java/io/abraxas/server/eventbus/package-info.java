/**
 * The bridges between Gearman and the event bus, and worker verticles, against the server: over a
 * socket, inside one JVM, and from other nodes of a cluster. Read {@code JobBridgeContract} first.
 */
package io.abraxas.server.eventbus;
