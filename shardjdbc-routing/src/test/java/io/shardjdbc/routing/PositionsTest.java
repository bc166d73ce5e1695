package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of positions are what single positions say. */
class PositionsTest {
  private static final int DOMAIN = 40;

  @Test
  void setsAreAddedTakenAwayAndCutAsTheirPositionsAre() {
    Random random = new Random(15);
    for (int i = 0; i < 2_000; i++) {
      Positions one = drawn(random);
      Positions other = drawn(random);
      for (int p = 0; p < DOMAIN; p++) {
        boolean in = one.contains(p);
        boolean inOther = other.contains(p);
        assertThat(one.plus(other).contains(p)).isEqualTo(in || inOther);
        assertThat(one.minus(other).contains(p)).isEqualTo(in && !inOther);
        assertThat(one.and(other).contains(p)).isEqualTo(in && inOther);
      }
      assertThat(Positions.parse(one.toString())).isEqualTo(one);
      assertThat(one.minus(other).plus(one.and(other))).isEqualTo(one);
      assertThat(one.plus(other).containsAll(other)).isTrue();
    }
  }

  @Test
  void theEndsOfTheRingHaveNoBounds() {
    Positions low = Positions.of(List.of(new PositionRange(Long.MIN_VALUE, -1)));

    assertThat(low).hasToString("{(,0)}");
    assertThat(Positions.ALL).hasToString("{(,)}");
    assertThat(Positions.NONE).hasToString("{}");
    assertThat(Positions.ALL.minus(low)).hasToString("{[0,)}");
    assertThat(low.share()).isEqualTo(0.5);
    assertThat(Positions.of(Long.MAX_VALUE)).hasToString("{[9223372036854775807,)}");
    assertThat(Positions.parse("{[9223372036854775807,)}").contains(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void rangesThatTouchAreOne() {
    Positions positions = Positions.of(List.of(new PositionRange(5, 9), new PositionRange(1, 4)));

    assertThat(positions.ranges()).containsExactly(new PositionRange(1, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1,2)",
        "{[1,2}",
        "{[1,2]}",
        "{(1,2)}",
        "{[1,2),}",
        "{[1,2)[3,4)}",
        "{[2,2)}",
        "{[1,99999999999999999999)}"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> Positions.parse(text)).isInstanceOf(RoutingException.class);
  }

  private static Positions drawn(Random random) {
    return Positions.of(
        IntStream.range(0, random.nextInt(5))
            .mapToObj(
                i -> {
                  int first = random.nextInt(DOMAIN);
                  return new PositionRange(first, first + random.nextInt(6));
                })
            .toList());
  }
}
