package io.shardjdbc.replication.probe;

import static io.shardjdbc.replication.probe.PrimaryElection.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.replication.probe.PrimaryElection.Candidate;
import io.shardjdbc.replication.probe.PrimaryElection.Outcome;
import io.shardjdbc.replication.probe.PrimaryElection.Reign;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrimaryElectionTest {
  private static final Reign UNCONFIRMED = new Reign(0, null);

  @Test
  void theFirstNodeCountsUntilAnybodyHasAnswered() {
    assertThat(decide(UNCONFIRMED, unknown(), unknown()).primary()).isEqualTo(0);
  }

  @Test
  void theOnlyClaimantWins() {
    assertThat(decide(UNCONFIRMED, standby(1), primary(1, 2)).primary()).isEqualTo(1);
  }

  @Test
  void aPrimaryThatTurnsOutToBeAStandbyIsNone() {
    Reign reign = new Reign(0, reading(1, 1, false, 0));
    assertThat(decide(reign, standby(1), standby(1)).primary()).isEqualTo(NONE);
  }

  @Test
  void theHigherTimelineWinsAndTheOtherIsFenced() {
    Reign reign = new Reign(0, reading(1, 1, false, 0));
    Outcome outcome = decide(reign, primary(1, 1), primary(2, 2));
    assertThat(outcome.primary()).isEqualTo(1);
    assertThat(outcome.fenced()).containsExactly(0);
    assertThat(outcome.ambiguous()).isFalse();
  }

  @Test
  void aFormerPrimaryIsNotFollowedEvenWhileItsSuccessorIsGone() {
    Reign reign = new Reign(1, reading(2, 2, false, 0));
    Outcome outcome = decide(reign, primary(1, 1), gone());
    assertThat(outcome.primary()).isEqualTo(NONE);
    assertThat(outcome.fenced()).containsExactly(0);
  }

  @Test
  void aPrimaryThatMissedOneProbeStaysAndOneThatMissedManyDoesNot() {
    NodeReading last = reading(1, 1, false, 0);
    assertThat(decide(new Reign(0, last), silent(last), standby(1)).primary()).isEqualTo(0);
    assertThat(decide(new Reign(0, last), gone(), standby(1)).primary()).isEqualTo(NONE);
  }

  @Test
  void anotherServerOnTheSameTimelineIsNeverFollowed() {
    NodeReading reigning = reading(2, 1, false, 50);
    Outcome beside = decide(new Reign(0, reigning), answers(reigning), primary(2, 9));
    assertThat(beside.primary()).isEqualTo(0);
    assertThat(beside.fenced()).containsExactly(1);
    assertThat(beside.ambiguous()).isTrue();

    Outcome alone = decide(new Reign(0, reigning), gone(), primary(2, 9));
    assertThat(alone.primary()).isEqualTo(NONE);
    assertThat(alone.fenced()).containsExactly(1);
  }

  @Test
  void oneServerUnderTwoNamesIsNoRival() {
    NodeReading reigning = reading(2, 1, false, 50);
    Outcome outcome = decide(new Reign(0, reigning), answers(reigning), primary(2, 1));
    assertThat(outcome.primary()).isEqualTo(0);
    assertThat(outcome.fenced()).isEmpty();
    assertThat(outcome.ambiguous()).isFalse();
  }

  @Test
  void aRestartedPrimarySeenFirstUnderItsOtherNameIsNotCalledAmbiguous() {
    NodeReading beforeRestart = reading(2, 1, false, -10);
    Outcome outcome = decide(new Reign(0, beforeRestart), answers(beforeRestart), primary(2, 7));
    assertThat(outcome.primary()).isEqualTo(0);
    assertThat(outcome.ambiguous()).isFalse();
  }

  @Test
  void thePrimaryThatComesBackIsFollowedAgain() {
    NodeReading before = reading(3, 1, false, 0);
    Outcome outcome = decide(new Reign(1, before), standby(3), primary(3, 8));
    assertThat(outcome.primary()).isEqualTo(1);
  }

  private static Outcome decide(Reign last, Candidate... nodes) {
    return PrimaryElection.decide(List.of(nodes), last);
  }

  private static NodeReading reading(
      int timeline, long serverStart, boolean standby, long askedAt) {
    return new NodeReading(
        1,
        standby,
        42,
        serverStart,
        timeline,
        100,
        100,
        NodeReading.Standbys.UNKNOWN,
        askedAt,
        askedAt + 1);
  }

  private static Candidate primary(int timeline, long serverStart) {
    return answers(reading(timeline, serverStart, false, 0));
  }

  private static Candidate standby(int timeline) {
    return answers(reading(timeline, 5, true, 0));
  }

  private static Candidate answers(NodeReading reading) {
    return new Candidate(reading, true, false);
  }

  private static Candidate silent(NodeReading reading) {
    return new Candidate(reading, false, false);
  }

  private static Candidate gone() {
    return new Candidate(null, false, true);
  }

  private static Candidate unknown() {
    return new Candidate(null, false, false);
  }
}
