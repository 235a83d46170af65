/**
 * The client and worker library against running servers, ours and gearmand.
 *
 * <p>It stands in the server's module since that sees both: the library must not depend on a
 * server. Read {@link io.abraxas.server.client.ClientContract} first.
 */
package io.abraxas.server.client;
