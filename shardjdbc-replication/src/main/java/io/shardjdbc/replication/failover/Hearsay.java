package io.shardjdbc.replication.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the replicas know of a primary that does not answer this process.
 *
 * <p>That a replica hears nothing more is no proof by itself: an idle primary is silent for half a
 * minute. So two things count as life: anything heard since the last look, and a WAL receiver that
 * is connected and has not been silent for longer than it takes to be answered. A replica that is
 * fed by another replica, in a cascade, says nothing of the primary. What is not known counts as
 * life.
 */
final class Hearsay {

  private final Duration patience;
  private final Map<Integer, StandbyState> last = new HashMap<>();

  /**
   * @param patience how long an answer to a WAL receiver may take
   */
  public Hearsay(Duration patience) {
    this.patience = patience;
  }

  /** What the nodes say together. */
  public enum Verdict {
    /** No replica knows of a living primary. */
    SILENT,
    /** A node is a primary. */
    PRIMARY_EXISTS,
    /** A replica hears from the primary, or may. */
    FED,
    /** A node is seen for the first time since the primary failed. */
    FIRST_SEEN
  }

  /** Forgets everything, when the primary answers. */
  public void clear() {
    last.clear();
  }

  /** Remembers what nodes said, for the next time. */
  public void note(Map<Integer, StandbyState> states) {
    last.putAll(states);
  }

  /** What nodes of this system say now, compared with what they said last. */
  public Verdict judge(long systemId, Map<Integer, StandbyState> states) {
    Verdict verdict = Verdict.SILENT;
    for (Map.Entry<Integer, StandbyState> entry : states.entrySet()) {
      StandbyState state = entry.getValue();
      StandbyState before = last.get(entry.getKey());
      if (!state.standby() && state.systemId() == systemId) {
        return Verdict.PRIMARY_EXISTS;
      }
      boolean cascaded = states.values().stream().anyMatch(o -> o.standby() && state.isFedBy(o));
      if (cascaded) {
        continue;
      }
      if (state.receiver().mayBeFed(patience)) {
        verdict = Verdict.FED;
      } else if (before == null) {
        verdict = verdict == Verdict.FED ? verdict : Verdict.FIRST_SEEN;
      } else if (state.heardSince(before)) {
        verdict = Verdict.FED;
      }
    }
    note(states);
    return verdict;
  }
}
