package io.abraxas.server.broker;

/**
 * One due time of a schedule that belongs to several servers.
 *
 * @param origin the incarnation in the handle of the schedule
 * @param number the number in the handle of the schedule
 * @param dueMillis the due time, in milliseconds since the Unix epoch
 */
public record Firing(String origin, long number, long dueMillis) {}
