/**
 * The packed release, driven from outside as users do: archives, scripts, processes.
 *
 * <p>Read {@link io.abraxas.server.release.Release} first.
 */
package io.abraxas.server.release;
