package io.shardjdbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What recovery remembers while a shard is away has a bound, and is forgotten when it is done. */
class AbandonedTest {

  private static final int BEYOND = Abandoned.MOST + 500;

  private static TransactionId id(int number) {
    UUID uuid = new UUID(0x7000L, Long.MIN_VALUE | number); // of version 7
    return new TransactionId(uuid, new ShardId("s0"));
  }

  @Test
  void noMoreAreRememberedThanTheBound() {
    Abandoned abandoned = new Abandoned();
    for (int i = 0; i < BEYOND; i++) {
      assertThat(abandoned.add(id(i))).isEqualTo(i < Abandoned.MOST);
    }
    assertThat(abandoned.all()).hasSize(Abandoned.MOST).contains(id(0)).doesNotContain(id(BEYOND));
  }

  @Test
  void theBoundHoldsForManyThreads() throws Exception {
    Abandoned abandoned = new Abandoned();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread * BEYOND;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < BEYOND; i++) {
                    abandoned.add(id(first + i));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(abandoned.all()).hasSize(Abandoned.MOST);
  }

  @Test
  void whatHasEndedMakesRoom() {
    Abandoned abandoned = new Abandoned();
    for (int i = 0; i < BEYOND; i++) {
      abandoned.add(id(i));
    }
    abandoned.ended(abandoned.all());
    abandoned.ended(List.of(id(0)));
    assertThat(abandoned.all()).isEmpty();
    for (int i = 0; i < BEYOND; i++) {
      assertThat(abandoned.add(id(i))).isEqualTo(i < Abandoned.MOST);
    }
    assertThat(abandoned.add(id(1))).isTrue();
    assertThat(abandoned.all()).hasSize(Abandoned.MOST);
  }
}
