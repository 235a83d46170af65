/**
 * Servers in processes of their own that are killed while jobs are submitted and done.
 *
 * <p>Read {@link io.abraxas.server.kill.KillTest} first.
 */
package io.abraxas.server.kill;
