/**
 * A Gearman client and worker for Vert.x: submit jobs, stream their results, and do them.
 *
 * <p>Everything a program needs is in this package. It uses Vert.x, {@code protocol} for the bytes
 * and {@code connection} for the sockets; what is not public here is how it works.
 *
 * <p>Read {@link io.abraxas.vertx.GearmanClient} first, then {@link io.abraxas.vertx.Task} and
 * {@link io.abraxas.vertx.WorkerTask}. To see how it works, start at {@code ClientCore} and {@code
 * ServerLink}.
 */
@ModuleGen(name = "abraxas", groupPackage = "io.abraxas")
package io.abraxas.vertx;

import io.vertx.codegen.annotations.ModuleGen;
