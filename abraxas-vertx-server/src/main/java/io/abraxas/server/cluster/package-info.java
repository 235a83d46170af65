/**
 * Several servers as one, through Hazelcast: where jobs are kept twice, who is there, and who goes
 * on with the jobs of a server that is not there any more.
 *
 * <p>Nothing outside this package uses Hazelcast, and a server that is in no cluster loads none of
 * it. It may use the broker, the store, links, what time fields mean, Vert.x, Hazelcast and
 * Vert.x's cluster manager of it.
 *
 * <p>All maps hold byte arrays under text keys and are used through Hazelcast's own operations
 * only, so that members without our classes can hold a share of them.
 *
 * <p>Read {@code ClusterNode} first, then {@code docs/cluster-design.md}.
 */
package io.abraxas.server.cluster;
