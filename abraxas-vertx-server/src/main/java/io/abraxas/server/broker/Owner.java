package io.abraxas.server.broker;

/**
 * Who owns a unique id, or who is the home of a job: the answer of {@link UniqueOwners}.
 *
 * @param kind what is known
 * @param handle of the job that has the unique id, when it is another one
 * @param node the incarnation of its home; null: this server is it, or nobody is known
 * @param claim what the one who answers remembers of the question, for the case that it is asked
 *     again; null: nothing
 */
public record Owner(Kind kind, long handle, String node, Claim claim) {
  /** The job that was asked for owns its unique id. */
  public static final Owner OURS = new Owner(Kind.OURS, 0, null, null);

  /** It could not be found out in time. */
  public static final Owner UNKNOWN = new Owner(Kind.UNKNOWN, 0, null, null);

  /** A mark of the {@link UniqueOwners} for a question; the broker only hands it back. */
  public interface Claim {}

  /** What is known of an owner. */
  public enum Kind {
    OURS,
    UNKNOWN,
    /** Another job, which this server is the home of. */
    HERE,
    /** A job of another node. */
    ELSEWHERE
  }

  /** Another job, which this server is the home of. */
  public static Owner here(long handle, Claim claim) {
    return new Owner(Kind.HERE, handle, null, claim);
  }

  /** A job that another node is the home of. */
  public static Owner elsewhere(long handle, String node, Claim claim) {
    return new Owner(Kind.ELSEWHERE, handle, node, claim);
  }
}
