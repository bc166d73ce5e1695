package io.shardjdbc.replication.probe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the nodes that claim to be primary is the one.
 *
 * <p>PostgreSQL numbers histories: every promotion starts a timeline with a higher number. So among
 * several claimants the highest timeline wins, and a claimant below the highest timeline ever seen
 * is a former primary that does not know it yet, even while its successor cannot be reached. Two
 * servers on one timeline number can only come from two promotions side by side; then the one that
 * reigns keeps reigning, and the other is never followed, not even when it is the only one left:
 * going over to it would silently exchange one history for another.
 *
 * <p>Pure: everything it knows comes in.
 */
public final class PrimaryElection {

  /** The node that is not there. */
  public static final int NONE = -1;

  private PrimaryElection() {}

  /**
   * One node as the last probe saw it.
   *
   * @param reading its last answer, of the right system; null if there is none
   * @param answering whether the last probe succeeded
   * @param gone whether so many probes failed that it counts as gone
   */
  public record Candidate(@Nullable NodeReading reading, boolean answering, boolean gone) {}

  /**
   * Who reigned last.
   *
   * @param node its number, or {@link #NONE}
   * @param reading its last answer as a primary; null before the first
   */
  public record Reign(int node, @Nullable NodeReading reading) {

    /** Its timeline; 0 before its first answer. */
    public int timeline() {
      return reading == null ? 0 : reading.timeline();
    }
  }

  /**
   * The outcome.
   *
   * @param primary the node that counts, or {@link #NONE}
   * @param fenced the claimants that do not
   * @param ambiguous whether two servers claim the same, highest timeline
   */
  public record Outcome(int primary, List<Integer> fenced, boolean ambiguous) {}

  /**
   * Decides.
   *
   * @param nodes all nodes, by number
   * @param last the last primary that was followed, also if it is gone
   */
  public static Outcome decide(List<Candidate> nodes, Reign last) {
    List<Integer> claimants = claimants(nodes, last);
    int highest = last.timeline();
    for (int node : claimants) {
      highest = Math.max(highest, timeline(nodes, node));
    }
    int primary = NONE;
    boolean ambiguous = false;
    for (int node : claimants) {
      if (timeline(nodes, node) < highest) {
        continue;
      }
      if (isRival(nodes, node, last)) {
        ambiguous |= isConfirmedRival(nodes, node, last);
      } else if (primary == NONE) {
        primary = node;
      } else {
        ambiguous = true;
      }
    }
    if (primary == NONE && highest == last.timeline() && mayReturn(nodes, last)) {
      primary = last.node();
    }
    List<Integer> fenced = new ArrayList<>(claimants);
    fenced.remove(Integer.valueOf(primary));
    return new Outcome(primary, fenced, ambiguous);
  }

  /** Another server than the last primary, on the last primary's own timeline. */
  private static boolean isRival(List<Candidate> nodes, int node, Reign last) {
    NodeReading reading = nodes.get(node).reading();
    return reading != null
        && last.reading() != null
        && node != last.node()
        && reading.timeline() == last.timeline()
        && !reading.sameServer(last.reading());
  }

  /**
   * The last primary was seen alive after the rival was: they are two. Without that, the rival may
   * be the last primary itself, restarted and seen first under another of its names.
   */
  private static boolean isConfirmedRival(List<Candidate> nodes, int node, Reign last) {
    NodeReading reading = nodes.get(node).reading();
    return reading != null
        && last.reading() != null
        && claims(nodes.get(last.node()))
        && last.reading().askedAt() >= reading.answeredAt();
  }

  /** The last primary does not answer just now, but is not given up. */
  private static boolean mayReturn(List<Candidate> nodes, Reign last) {
    return last.node() != NONE
        && !nodes.get(last.node()).answering()
        && !nodes.get(last.node()).gone();
  }

  /** Nodes that say they are primary, the last one first, each server once under all its names. */
  private static List<Integer> claimants(List<Candidate> nodes, Reign last) {
    List<Integer> found = new ArrayList<>();
    if (last.node() != NONE && claims(nodes.get(last.node()))) {
      found.add(last.node());
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (i != last.node() && claims(nodes.get(i)) && !isKnown(nodes, found, i)) {
        found.add(i);
      }
    }
    return found;
  }

  private static boolean isKnown(List<Candidate> nodes, List<Integer> found, int node) {
    NodeReading reading = nodes.get(node).reading();
    for (int other : found) {
      NodeReading known = nodes.get(other).reading();
      if (reading != null && known != null && reading.sameServer(known)) {
        return true;
      }
    }
    return false;
  }

  private static boolean claims(Candidate candidate) {
    return candidate.answering() && candidate.reading() != null && !candidate.reading().standby();
  }

  private static int timeline(List<Candidate> nodes, int node) {
    NodeReading reading = nodes.get(node).reading();
    return reading == null ? 0 : reading.timeline();
  }
}
