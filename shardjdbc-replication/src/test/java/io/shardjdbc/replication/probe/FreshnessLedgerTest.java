package io.shardjdbc.replication.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreshnessLedgerTest {
  private final FreshnessLedger ledger = new FreshnessLedger();

  @Test
  void nothingIsProvedWithoutASample() {
    assertThat(ledger.freshness(-1)).isEqualTo(FreshnessLedger.NOTHING);
  }

  @Test
  void aReplicaIsAsFreshAsTheNewestSampleThatItHasReached() {
    ledger.sample(10, 100);
    ledger.sample(20, 200);
    ledger.sample(30, 300);
    assertThat(ledger.freshness(99)).isEqualTo(FreshnessLedger.NOTHING);
    assertThat(ledger.freshness(100)).isEqualTo(10);
    assertThat(ledger.freshness(299)).isEqualTo(20);
    assertThat(ledger.freshness(1000)).isEqualTo(30);
  }

  @Test
  void anIdlePrimaryKeepsItsReplicasFresh() {
    for (int time = 1; time <= 10_000; time++) {
      ledger.sample(time, 100);
    }
    assertThat(ledger.freshness(100)).isEqualTo(10_000);
  }

  @Test
  void aPrimaryThatLostItsTailInACrashIsFollowedFromItsNewPosition() {
    ledger.sample(10, 100);
    ledger.sample(20, 300);
    ledger.sample(30, 200);
    assertThat(ledger.freshness(150)).isEqualTo(10);
    assertThat(ledger.freshness(250)).isEqualTo(30);
  }

  @Test
  void positionsAreUnsigned() {
    ledger.sample(10, Long.MAX_VALUE);
    ledger.sample(20, Long.MIN_VALUE + 5);
    assertThat(ledger.freshness(Long.MIN_VALUE)).isEqualTo(10);
    assertThat(ledger.freshness(-1)).isEqualTo(20);
  }

  @Test
  void anotherHistoryStartsFromNothing() {
    ledger.sample(10, 100);
    ledger.clear();
    assertThat(ledger.freshness(100)).isEqualTo(FreshnessLedger.NOTHING);
  }

  @Test
  void whatIsForgottenOfALongPastMakesFreshnessOlderAndNeverNewer() {
    int samples = 1_000_000;
    for (int i = 1; i <= samples; i++) {
      ledger.sample(i * 10L, i * 100L);
    }
    for (int i = 1; i <= samples; i += 37) {
      long exact = i * 10L;
      long age = samples * 10L - exact;
      assertThat(ledger.freshness(i * 100L)).isBetween(exact - 10 - age / 16, exact);
    }
    for (int i = samples - 30; i <= samples; i++) {
      assertThat(ledger.freshness(i * 100L)).isEqualTo(i * 10L);
    }
  }

  /**
   * Commits, questions, answers and replay happen in any order and with any delay; whatever the
   * ledger says, no commit acknowledged before the freshness may be missing.
   */
  @Test
  void noCommitAcknowledgedBeforeTheFreshnessIsMissing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      noCommitIsMissing(random, "seed " + seed + ", run " + run);
    }
  }

  private static void noCommitIsMissing(Random random, String name) {
    record Commit(long end, long acknowledgedAt) {}
    FreshnessLedger ledger = new FreshnessLedger();
    List<Commit> commits = new ArrayList<>();
    long time = 1;
    long inserted = 8;
    long replayed = 0;
    int steps = 50 + random.nextInt(2000);
    for (int step = 0; step < steps; step++) {
      time += random.nextInt(50);
      switch (random.nextInt(4)) {
        case 0 -> {
          inserted += 8L * (1 + random.nextInt(20));
          time += random.nextInt(30);
          commits.add(new Commit(inserted, time));
        }
        case 1 -> {
          long askedAt = time;
          // Between the question's time and its answer anything may happen, commits too.
          time += random.nextInt(100);
          if (random.nextBoolean()) {
            inserted += 8L * (1 + random.nextInt(20));
            commits.add(new Commit(inserted, time));
          }
          time += random.nextInt(100);
          ledger.sample(askedAt, inserted);
        }
        case 2 -> replayed += (inserted - replayed) / (1 + random.nextInt(4));
        default -> {
          long freshness = ledger.freshness(replayed);
          long shown = replayed;
          assertThat(commits)
              .as(name)
              .allMatch(commit -> commit.acknowledgedAt() >= freshness || commit.end() <= shown);
        }
      }
    }
  }
}
