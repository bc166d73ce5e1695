package io.shardjdbc.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.deadlock.OpenMarks.Session;
import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a process lets others know of its transactions fits into what a server shows. */
class PublishedTest {

  private static final ShardId ONE = new ShardId("one");
  private static final ShardId OTHER = new ShardId("other");

  /** Servers show so much of a text by default, the last byte of which is a zero. */
  private static final int SHOWN = 1023;

  private final Map<Session, TransactionMark> own = new HashMap<>();
  private final List<Wait> waits = new ArrayList<>();

  private static Wait.Side side(int process) {
    return new Wait.Side(
        "session/" + process, process, null, null, null, null, null, null, "UPDATE t");
  }

  private TransactionMark open(int onOne, int onOther) {
    TransactionMark mark = TransactionMark.next(onOne);
    own.put(new Session(ONE, onOne), mark);
    own.put(new Session(OTHER, onOther), mark);
    return mark;
  }

  private void waits(ShardId shard, int waiter, int holder) {
    Wait wait =
        new Wait(shard, 1_700_000_000_000_000L, Duration.ZERO, "row", side(waiter), side(holder));
    waits.add(wait.named(own));
  }

  @Test
  void whoOnlyStandsInAQueueIsSaidLast() {
    for (int i = 0; i < 500; i++) {
      open(1000 + i, 2000 + i);
      waits(ONE, 1000 + i, 1);
      if (i > 0) {
        waits(ONE, 1000 + i, 1000 + i - 1); // who stands in front of it
      }
    }
    TransactionMark inTheCircle = open(7, 8);
    waits(ONE, 7, 1);
    waits(OTHER, 2, 8);
    Map<ShardId, List<Published>> said = Published.of(waits, own, true);
    assertThat(said.get(ONE))
        .containsExactly(new Published(inTheCircle.number(), 7, 1_700_000_000_000_000L, 7));
    assertThat(said.get(OTHER)).containsExactly(new Published(inTheCircle.number(), 8, 0, 0));
    List<Published> first = said.getOrDefault(ONE, List.of());
    List<Published> queue = Published.of(waits, own, false).getOrDefault(ONE, List.of());
    assertThat(queue).hasSize(500);
    assertThat(Published.parse(Published.text(first, queue, 1)))
        .hasSizeGreaterThan(15)
        .startsWith(first.get(0));
  }

  @Test
  void aServerShowsAllThatATextSays() {
    List<Published> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(new Published((1L << 40) - i, 4_000_000 + i, Long.MAX_VALUE, 1_700_000_000_000L));
      all.add(new Published((1L << 39) - i, 4_100_000 + i, 0, 0));
    }
    String text = Published.text(all, List.of(), 1);
    assertThat(text.length()).isLessThan(SHOWN);
    assertThat(Published.parse(text)).hasSizeGreaterThan(15).isSubsetOf(all);
    List<Published> few = all.subList(0, 10);
    assertThat(Published.parse(Published.text(few, List.of(), 2)))
        .containsExactlyInAnyOrderElementsOf(few);
  }

  @Test
  void whatDoesNotFitIsSaidAnotherTime() {
    List<Published> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(new Published(1000 + i, 4_000_000 + i, 1_700_000_000_000_000L, 1_700_000_000_000L));
    }
    Set<Published> said = new HashSet<>();
    for (int turn = 0; turn < 1000; turn++) {
      said.addAll(Published.parse(Published.text(all, List.of(), turn)));
    }
    assertThat(said).containsExactlyInAnyOrderElementsOf(all);
  }
}
