/**
 * Examples, one idea a class, each with a main that takes the address of a server, by default
 * 127.0.0.1:4730. They use the published API only. Read {@link io.abraxas.examples.ToUpperValue}
 * first.
 */
package io.abraxas.examples;
