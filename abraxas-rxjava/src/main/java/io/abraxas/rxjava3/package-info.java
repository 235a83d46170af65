/**
 * What the generated twins of the API share. They are in the packages below, each named as the
 * package of its original.
 *
 * <p>It may use RxJava and Vert.x. Read {@code io.abraxas.rxjava3.vertx.GearmanClient} first, which
 * the build makes.
 */
package io.abraxas.rxjava3;
