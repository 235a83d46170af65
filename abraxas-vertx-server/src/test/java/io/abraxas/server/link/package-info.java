/** Links between nodes: frames, sockets, and whole servers in one process. */
package io.abraxas.server.link;
