/**
 * JMH benchmarks of the parts: one class for each part, named after it.
 *
 * <p>They may use everything. Run them with {@code java -jar benchmarks/target/benchmarks.jar}.
 */
package io.abraxas.benchmarks;
