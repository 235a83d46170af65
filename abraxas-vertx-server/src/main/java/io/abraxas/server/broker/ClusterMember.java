package io.abraxas.server.broker;

/**
 * A member of the cluster, for those who look.
 *
 * @param incarnation null: it is no node
 * @param host where it runs
 * @param link where other nodes reach it; null: nowhere
 * @param state a word: up, leaving, lost; null: it is no node
 * @param jobs how many it is the home of; -1: it did not say
 * @param seen how many members it sees; -1: it did not say
 * @param safe whether it sees nothing at risk; matters when {@code seen} is not -1
 * @param asked whether it is the one that answers
 */
public record ClusterMember(
    String incarnation,
    String host,
    String link,
    String state,
    int jobs,
    int seen,
    boolean safe,
    boolean asked) {}
