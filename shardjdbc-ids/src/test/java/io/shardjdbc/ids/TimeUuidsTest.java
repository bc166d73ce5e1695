package io.shardjdbc.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UUIDs of version 7 and their other spelling. */
class TimeUuidsTest {

  private static final long NOW = Instant.parse("2026-11-30T08:00:00Z").toEpochMilli();

  @Test
  void theyAreOfVersionSevenAndTellTheirTime() {
    UUID id = new TimeUuids(() -> NOW).next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(TimeUuids.timeOf(id)).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(new Ulid(id).time()).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThatThrownBy(() -> TimeUuids.timeOf(UUID.randomUUID()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theyGrowThoughTheClockStandsOrGoesBack() {
    AtomicLong clock = new AtomicLong(NOW);
    TimeUuids ids = new TimeUuids(clock::get);
    List<Ulid> made = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (i % 1_000 == 0) {
        clock.addAndGet(i % 3_000 == 0 ? -5_000 : 7);
      }
      made.add(new Ulid(ids.next()));
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
    assertThat(made.stream().map(Ulid::toString)).isSorted();
  }

  @Test
  void manyThreadsMakeNoneTwice() throws Exception {
    TimeUuids ids = new TimeUuids();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<List<UUID>>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      all.add(
          threads.submit(
              () -> {
                List<UUID> own = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                  own.add(ids.next());
                }
                return own;
              }));
    }
    Set<UUID> made = new HashSet<>();
    for (Future<List<UUID>> own : all) {
      made.addAll(own.get());
    }
    threads.shutdown();
    assertThat(made).hasSize(80_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "018f2f80-7c00-7abc-8def-0123456789ab",
        "80000000-0000-0000-7fff-ffffffffffff"
      })
  void aUlidIsAnotherSpellingOfTheSameBits(String text) {
    Ulid ulid = new Ulid(UUID.fromString(text));
    assertThat(ulid.toString()).hasSize(26);
    assertThat(Ulid.parse(ulid.toString())).isEqualTo(ulid);
    assertThat(Ulid.parse(ulid.toString().toLowerCase(Locale.ROOT))).isEqualTo(ulid);
  }

  /** The example of the specification. */
  @Test
  void aKnownUlidIsRead() {
    Ulid known = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assertThat(known.bits()).isEqualTo(UUID.fromString("01563e3a-b5d3-d676-4c61-efb99302bd5b"));
    assertThat(known.toString()).isEqualTo("01ARZ3NDEKTSV4RRFFQ69G5FAV");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01ARZ3NDEKTSV4RRFFQ69G5FA",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        " 1ARZ3NDEKTSV4RRFFQ69G5FAU"
      })
  void whatIsNoUlidIsRefused(String text) {
    assertThatThrownBy(() -> Ulid.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
