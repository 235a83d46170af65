/**
 * The public API of the job server, and the program {@link io.abraxas.server.Main abraxas}.
 *
 * <p>It may use every package below it. None of them looks back up here, except that {@code
 * connection} reads the options.
 *
 * <p>Start with {@code GearmanServer}.
 */
@ModuleGen(name = "abraxas-server", groupPackage = "io.abraxas")
package io.abraxas.server;

import io.vertx.codegen.annotations.ModuleGen;
