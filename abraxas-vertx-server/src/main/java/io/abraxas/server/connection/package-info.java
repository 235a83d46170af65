/**
 * One peer over one socket: packets become calls of the broker, and what the broker says becomes
 * packets. No rules are decided here.
 *
 * <p>Everything runs on the server's one event loop. It may use the broker, the wire format, the
 * admin console, Vert.x, Netty and the server's options.
 *
 * <p>Read {@link io.abraxas.server.connection.ServerConnection} first; packets come in through
 * {@link io.abraxas.server.connection.RequestReader} and go out through {@link
 * io.abraxas.server.connection.PeerWriter}, once per turn of the event loop, see {@link
 * io.abraxas.server.connection.LoopTurn}.
 */
package io.abraxas.server.connection;
