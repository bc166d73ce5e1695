package io.shardjdbc.replication.marks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionMarksTest {
  private final SessionMarks marks = new SessionMarks();

  @Test
  void aNewSessionMayReadAnywhere() {
    assertThat(marks.admits(1, 1, Long.MIN_VALUE)).isTrue();
  }

  @Test
  void theNodeOfTheLastReadMayServeTheNextWhateverItsFreshness() {
    read(1, 1, 100);
    assertThat(marks.admits(1, 1, 0)).isTrue();
  }

  @Test
  void anotherNodeMustHaveWhatThePrimaryHadWhenTheLastReadEnded() {
    read(1, 1, 100);
    assertThat(marks.admits(2, 1, 99)).isFalse();
    assertThat(marks.admits(2, 1, 100)).isTrue();
  }

  @Test
  void aNodeWhoseServerMayHaveRestartedIsAnotherNode() {
    read(1, 1, 100);
    assertThat(marks.admits(1, 2, 99)).isFalse();
  }

  @Test
  void theFirstNodeIsNotExemptFromWhatWasSeenElsewhereSince() {
    read(1, 1, 100);
    read(2, 1, 200);
    assertThat(marks.admits(1, 1, 150)).isFalse();
    assertThat(marks.admits(1, 1, 200)).isTrue();
  }

  @Test
  void aSlowReadElsewhereThatEndsLateCounts() {
    marks.chose(1, 1);
    marks.chose(2, 1);
    marks.ended(2, 1, 100);
    marks.ended(1, 1, 150);
    assertThat(marks.admits(2, 1, 149)).isFalse();
    assertThat(marks.admits(2, 1, 150)).isTrue();
  }

  /** Nodes replay at their own pace and show exact states; no sequence of reads goes back. */
  @Test
  void noSequenceOfReadsGoesBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 500; run++) {
      SessionMarks session = new SessionMarks();
      // A node's state is the time up to which it has the writes; what is proved is no more.
      long[] state = new long[3];
      long[] proved = new long[3];
      long now = 10;
      long seen = 0;
      for (int step = 0; step < 200; step++) {
        now += 1 + random.nextInt(5);
        int node = random.nextInt(3);
        state[node] += (now - state[node]) / (1 + random.nextInt(5));
        if (random.nextBoolean()) {
          proved[node] = Math.max(proved[node], state[node] - random.nextInt(4));
        }
        int candidate = random.nextInt(3);
        if (session.admits(candidate, 1, proved[candidate])) {
          session.chose(candidate, 1);
          assertThat(state[candidate])
              .as("seed %d, run %d", seed, run)
              .isGreaterThanOrEqualTo(seen);
          seen = Math.max(seen, state[candidate]);
          now += random.nextInt(3);
          session.ended(candidate, 1, now);
        }
      }
    }
  }

  @Test
  void writesOfAFormerTermAreInDoubtUnlessTheyAreProvedToHavePassed() {
    Reigns terms = new Reigns();
    marks.wrote(100, terms.current());
    assertThat(marks.mayHaveLostWrites(terms)).isFalse();
    terms.next(100);
    assertThat(marks.mayHaveLostWrites(terms)).isFalse();
    terms.next(99);
    assertThat(marks.mayHaveLostWrites(terms)).isTrue();
    marks.forgetWrites();
    assertThat(marks.mayHaveLostWrites(terms)).isFalse();
  }

  private void read(int node, int generation, long endedAt) {
    marks.chose(node, generation);
    marks.ended(node, generation, endedAt);
  }
}
