/**
 * Jobs as bytes, for whoever keeps them outside the broker. No I/O, no thread.
 *
 * <p>It may use the broker and the JDK. Read {@link io.abraxas.server.store.JobRecord} first.
 */
package io.abraxas.server.store;
