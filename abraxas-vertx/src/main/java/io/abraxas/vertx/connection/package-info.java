/**
 * Connections to Gearman servers: packets in and out, one write a loop turn, backpressure, delays
 * between attempts. It knows bytes and packets, and nothing of jobs.
 *
 * <p>May use Vert.x, Netty and {@code protocol}. Public only for the package above; no part of the
 * API. A {@link io.abraxas.vertx.connection.Transport} is one way to a server; {@link
 * io.abraxas.vertx.connection.LocalServers} is where a server in the same JVM makes itself known.
 * Read {@link io.abraxas.vertx.connection.Connection} first.
 */
package io.abraxas.vertx.connection;
