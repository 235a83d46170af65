package io.abraxas.server.admin;

import io.abraxas.server.broker.ClusterMember;

/**
 * A row of {@code show members}: incarnation, host, address of its link, state, jobs it is the home
 * of, members it sees, whether it is safe, and a star for the one that was asked. What is not
 * known, or does not apply to a member that is no server, is a {@code -}.
 */
final class MemberRow {
  private static final String NONE = "-";

  private MemberRow() {}

  static String of(ClusterMember member) {
    boolean told = member.seen() >= 0;
    return String.join(
            "\t",
            shown(member.incarnation()),
            shown(member.host()),
            shown(member.link()),
            shown(member.state()),
            told ? Integer.toString(member.jobs()) : NONE,
            told ? Integer.toString(member.seen()) : NONE,
            told ? member.safe() ? "safe" : "moving" : NONE,
            member.asked() ? "*" : NONE)
        + "\n";
  }

  private static String shown(String text) {
    return text == null || text.isEmpty() ? NONE : text;
  }
}
