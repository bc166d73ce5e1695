package io.shardjdbc.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Window between(String from, String to) {
    return new Window(null, LocalTime.parse(from), LocalTime.parse(to), BERLIN);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-01-10T" + time + ":00Z"); // an hour later there
  }

  @Test
  void itOpensAtItsFirstTimeAndClosesAtItsLast() {
    Window night = between("02:00", "05:00");

    assertThat(night.isOpenAt(at("00:59"))).isFalse();
    assertThat(night.isOpenAt(at("01:00"))).isTrue();
    assertThat(night.isOpenAt(at("03:59"))).isTrue();
    assertThat(night.isOpenAt(at("04:00"))).isFalse();
  }

  @Test
  void itMayGoOverMidnight() {
    Window night = between("23:00", "01:00");

    assertThat(night.isOpenAt(at("21:59"))).isFalse();
    assertThat(night.isOpenAt(at("22:00"))).isTrue();
    assertThat(night.isOpenAt(at("23:59"))).isTrue();
    assertThat(night.isOpenAt(at("00:00"))).isFalse();
  }

  @Test
  void itIsClosedBeforeItsDay() {
    Window later = new Window(at("12:00"), null, null, BERLIN);

    assertThat(later.isOpenAt(at("11:59"))).isFalse();
    assertThat(later.isOpenAt(at("12:00"))).isTrue();
    assertThat(Window.ALWAYS.isOpenAt(at("00:00"))).isTrue();
  }
}
