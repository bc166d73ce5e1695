package io.shardjdbc.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CurrentMapTest {

  private final ShardMap first =
      ShardMap.of(
          RoutingConfiguration.builder().shards("s0", "s1").sharded("users", "user_id").build());
  private final CurrentMap maps = new CurrentMap(first);
  private final AtomicInteger unused = new AtomicInteger();

  @Test
  void whoTookAMapKeepsItWhileOthersGetTheNext() throws SQLException {
    MapInUse before = maps.take();
    maps.install(second(), unused::incrementAndGet);

    assertThat(before.map()).isEqualTo(first);
    assertThat(maps.take().map().epoch().number()).isEqualTo(1);
    assertThat(maps.oldestInUse()).isEqualTo(first);
    assertThat(unused).hasValue(0);

    before.release();
    assertThat(unused).hasValue(1);
    assertThat(maps.oldestInUse().epoch().number()).isEqualTo(1);
  }

  @Test
  void aMapThatNobodyUsesIsGivenUpAtOnce() throws SQLException {
    maps.take().release();
    maps.install(second(), unused::incrementAndGet);

    assertThat(unused).hasValue(1);
  }

  @Test
  void whatALaterMapNeededIsGivenUpAfterWhatAnEarlierOneNeeded() throws SQLException {
    List<String> given = new ArrayList<>();
    MapInUse ofFirst = maps.take();
    maps.install(second(), () -> given.add("first"));
    MapInUse ofSecond = maps.take();
    maps.install(maps.get().next(first.shards(), Map.of()), () -> given.add("second"));

    ofSecond.release();
    assertThat(given).isEmpty();
    ofFirst.release();
    assertThat(given).containsExactly("first", "second");
  }

  @Test
  void anEpochThatDoesNotFollowIsRefused() throws SQLException {
    assertThatThrownBy(() -> maps.install(first, unused::incrementAndGet))
        .hasMessageContaining("epoch 0 does not follow epoch 0");

    ShardMap kept =
        new ShardMap(new MapEpoch(UUID.randomUUID(), 1), first.shards(), first.placements());
    maps.install(kept, unused::incrementAndGet);
    ShardMap another =
        new ShardMap(new MapEpoch(UUID.randomUUID(), 7), first.shards(), first.placements());
    assertThatThrownBy(() -> maps.install(another, unused::incrementAndGet))
        .hasMessageContaining("does not follow");
  }

  @Test
  void noUseIsOverlookedWhileMapsChange() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    AtomicInteger overlooked = new AtomicInteger();
    java.util.Set<MapEpoch> given = java.util.concurrent.ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (!stop.get()) {
                  MapInUse use = maps.take();
                  if (given.contains(use.map().epoch())) {
                    overlooked.incrementAndGet();
                  }
                  use.release();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (int i = 0; i < 2_000; i++) {
      MapEpoch epoch = maps.get().epoch();
      maps.install(maps.get().next(first.shards(), Map.of()), () -> given.add(epoch));
    }
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(overlooked).hasValue(0);
    assertThat(maps.oldestInUse()).isEqualTo(maps.get());
    assertThat(given).hasSize(2_000);
  }

  private ShardMap second() {
    return first.next(List.of(new ShardId("s0"), new ShardId("s1"), new ShardId("s2")), Map.of());
  }
}
