/**
 * The admin text protocol: what a line asks for, and the text that answers it.
 *
 * <p>It reads the broker's views, and changes it only by the commands that do. It may use the
 * broker, the wire format and Netty's buffers.
 *
 * <p>Read {@link io.abraxas.server.admin.AdminConsole} first.
 */
package io.abraxas.server.admin;
