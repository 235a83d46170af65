/**
 * Real programs against our server, and the same against the real gearmand, which proves that the
 * expectation is right.
 *
 * <p>Read {@link io.abraxas.server.interop.ServerUnderTest} first.
 */
package io.abraxas.server.interop;
