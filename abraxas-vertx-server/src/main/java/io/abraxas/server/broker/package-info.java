/**
 * The rules of the job server: who waits for what, who gets which job, who is told.
 *
 * <p>Plain Java on one thread. Time comes in through {@link io.abraxas.server.broker.BrokerClock},
 * effects go out through {@link io.abraxas.server.broker.Peer}, {@link
 * io.abraxas.server.broker.JobStore} and {@link io.abraxas.server.broker.UniqueOwners}, none of
 * which calls back. So every rule is tested without a socket and with a clock that tests turn. It
 * uses the JDK and Netty's buffers and collections, nothing else.
 *
 * <p>Read {@link io.abraxas.server.broker.Broker} first, then {@link
 * io.abraxas.server.broker.JobState} for the life of a job.
 */
package io.abraxas.server.broker;
