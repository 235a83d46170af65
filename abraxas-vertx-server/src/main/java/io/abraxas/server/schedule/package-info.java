/**
 * The time fields of schedules, read with cron-utils, which nothing else uses.
 *
 * <p>Read {@link io.abraxas.server.schedule.CronFields} first.
 */
package io.abraxas.server.schedule;
