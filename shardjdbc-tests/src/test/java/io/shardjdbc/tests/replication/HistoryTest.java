package io.shardjdbc.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.tests.replication.History.Promise;
import io.shardjdbc.tests.replication.History.Read;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final History history = new History(1);

  @Test
  void aReadThatMissesAnAcknowledgedWriteIsFound() {
    history.acknowledged(0, 1, 100);
    history.acknowledged(0, 2, 200);
    history.read(read(Promise.EVERYTHING, 201, 210, 0, 0, 1));
    assertThat(history.violations()).hasSize(1);
    assertThat(history.violations().get(0).promised()).isEqualTo(2);
  }

  @Test
  void aWriteAcknowledgedDuringTheReadIsNotDemanded() {
    history.acknowledged(0, 1, 100);
    history.acknowledged(0, 2, 200);
    history.read(read(Promise.EVERYTHING, 200, 210, 0, 0, 1));
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void aBoundedReadMayMissWhatIsYoungerThanItsBoundAndNoMore() {
    history.acknowledged(0, 1, 100);
    history.acknowledged(0, 2, 200);
    history.read(read(Promise.BOUNDED, 250, 260, 50, 0, 1));
    assertThat(history.violations()).isEmpty();
    history.read(read(Promise.BOUNDED, 251, 260, 50, 0, 1));
    assertThat(history.violations()).hasSize(1);
  }

  @Test
  void aReadThatGoesBackBehindItsSessionIsFound() {
    history.acknowledged(0, 1, 100);
    history.read(read(Promise.DEMANDED, 300, 310, 0, 2, 1));
    assertThat(history.violations()).hasSize(1);
  }

  @Test
  void aLostWriteIsDemandedOnlyBeforeThePromotion() {
    history.acknowledged(0, 1, 100);
    history.acknowledged(0, 2, 200);
    history.acknowledged(0, 4, 500);
    history.survived(0, 1, 3, 300);
    assertThat(history.lostCount()).isEqualTo(1);

    history.read(read(Promise.EVERYTHING, 201, 299, 0, 0, 1));
    assertThat(history.violations()).hasSize(1);
    history.read(read(Promise.EVERYTHING, 201, 300, 0, 0, 1));
    history.read(read(Promise.DEMANDED, 400, 410, 0, 3, 1));
    assertThat(history.violations()).hasSize(1);
    history.read(read(Promise.EVERYTHING, 501, 510, 0, 0, 1));
    assertThat(history.violations()).hasSize(2);
  }

  private static Read read(
      Promise promise, long start, long end, long bound, long demanded, long value) {
    return new Read(promise, "test", 0, start, end, bound, demanded, value, "n");
  }
}
