/**
 * Gearman jobs over the event bus of Vert.x: {@link io.abraxas.vertx.eventbus.JobBridge} submits
 * what is requested there, {@link io.abraxas.vertx.eventbus.TaskPublisher} has consumers there do
 * jobs.
 *
 * <p>It uses Vert.x and the public API of {@code io.abraxas.vertx}, and knows neither packets nor
 * connections. Read {@link io.abraxas.vertx.eventbus.EventBusContract} first, with
 * docs/event-bus.md.
 */
package io.abraxas.vertx.eventbus;
