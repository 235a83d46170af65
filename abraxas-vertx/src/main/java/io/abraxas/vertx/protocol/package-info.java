/**
 * The Gearman wire format: packets and admin lines, decoded in place and encoded without copies.
 *
 * <p>No I/O, no clock, no threads: every class here is driven by its caller and tested byte by
 * byte. It uses Netty's buffers and the JDK only. An instance is confined to one thread at a time.
 *
 * <p>Read {@link io.abraxas.vertx.protocol.PacketDecoder} first, then {@link
 * io.abraxas.vertx.protocol.PacketType}, the table of all packets.
 */
package io.abraxas.vertx.protocol;
