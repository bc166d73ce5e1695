package io.shardjdbc.replication.marks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteTimesTest {
  private final WriteTimes writes = new WriteTimes();

  @Test
  void aKeyThatWasNeverWrittenHasNoTime() {
    assertThat(writes.lastWrite(5)).isZero();
    assertThat(writes.lastWrite()).isZero();
  }

  @Test
  void noKeysLastWriteIsEverTakenForOlderThanItIs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Long, Long> exact = new HashMap<>();
    for (long time = 1; time <= 50_000; time++) {
      long key = random.nextInt(40_000);
      writes.wrote(key, time);
      exact.put(key, time);
    }
    exact.forEach(
        (key, time) ->
            assertThat(writes.lastWrite(key)).as("seed %d", seed).isGreaterThanOrEqualTo(time));
    assertThat(writes.lastWrite()).isEqualTo(50_000);
  }

  @Test
  void consecutiveKeysRarelyShareASlot() {
    IntStream.range(0, 1000).forEach(key -> writes.wrote(key, 1));
    long collisions =
        IntStream.range(1000, 11_000).filter(key -> writes.lastWrite(key) != 0).count();
    assertThat(collisions).isLessThan(800);
  }

  @Test
  void aWriteOfUnknownKeysCountsForEveryKey() {
    writes.wrote(1, 10);
    writes.wroteEverything(20);
    writes.wrote(2, 30);
    assertThat(writes.lastWrite(1)).isEqualTo(20);
    assertThat(writes.lastWrite(2)).isEqualTo(30);
    assertThat(writes.lastWrite(77)).isEqualTo(20);
  }

  @Test
  void anOlderAcknowledgementThatComesLateDoesNotHideANewerOne() {
    writes.wrote(1, 20);
    writes.wrote(1, 10);
    assertThat(writes.lastWrite(1)).isEqualTo(20);
  }

  @Test
  void threadsThatWriteOneKeyLeaveTheLatestTime() throws Exception {
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      int offset = i;
      threads[i] =
          new Thread(
              () -> {
                for (int n = 0; n < 50_000; n++) {
                  writes.wrote(9, 1 + offset + 4L * n);
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(writes.lastWrite(9)).isEqualTo(200_000);
    assertThat(writes.lastWrite()).isEqualTo(200_000);
  }
}
