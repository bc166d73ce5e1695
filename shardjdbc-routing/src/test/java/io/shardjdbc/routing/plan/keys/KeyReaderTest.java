package io.shardjdbc.routing.plan.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Expr.LiteralKind;
import io.shardjdbc.routing.sql.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys a domain comes to, with the values of an execution. */
class KeyReaderTest {
  private static final Span NOWHERE = new Span(0, 0);
  private static final int KEYS = 8;

  private static KeyReader reader(@Nullable Object... values) {
    return new KeyReader(Optional.of(KeyType.INTEGER), Arrays.asList(values));
  }

  private static Expr literal(LiteralKind kind, String text) {
    return new Expr.Literal(kind, text, NOWHERE);
  }

  /** A domain of numbers, and whether a number is in it. */
  private record Drawn(Domain domain, java.util.function.LongPredicate has) {}

  /** A constant, as a literal of some form or a parameter, and its number. */
  private record Constant(Expr expr, BigDecimal number) {
    boolean is(long key) {
      return number.compareTo(BigDecimal.valueOf(key)) == 0;
    }
  }

  private static Constant constant(Random random, List<@Nullable Object> values) {
    long whole = random.nextInt(KEYS);
    BigDecimal number =
        random.nextInt(5) == 0
            ? BigDecimal.valueOf(whole).add(new BigDecimal("0.5"))
            : BigDecimal.valueOf(whole);
    boolean integer = number.scale() <= 0;
    int form = random.nextInt(5);
    if (form == 0 && integer) {
      return new Constant(literal(LiteralKind.INTEGER, Long.toString(whole)), number);
    }
    if (form == 1) {
      return new Constant(literal(LiteralKind.DECIMAL, number.setScale(2).toString()), number);
    }
    if (form == 2 && integer) {
      return new Constant(literal(LiteralKind.STRING, " " + whole + " "), number);
    }
    values.add(
        form == 3
            ? number
            : integer ? (form == 4 ? (Object) whole : (Object) (int) whole) : number);
    return new Constant(new Expr.Parameter(values.size(), NOWHERE), number);
  }

  private static Drawn draw(Random random, List<@Nullable Object> values, int depth) {
    int kind = random.nextInt(depth == 0 ? 3 : 5);
    if (kind < 2) {
      List<Constant> constants = new ArrayList<>();
      for (int i = kind == 0 ? 0 : random.nextInt(3); i >= 0; i--) {
        constants.add(constant(random, values));
      }
      return new Drawn(
          new Domain.Terms(constants.stream().map(Constant::expr).toList()),
          key -> constants.stream().anyMatch(constant -> constant.is(key)));
    }
    if (kind == 2) {
      long low = random.nextInt(KEYS);
      long high = random.nextInt(KEYS);
      boolean open = random.nextInt(4) == 0;
      return new Drawn(
          new Domain.Range(
              literal(LiteralKind.INTEGER, Long.toString(low)),
              open ? null : literal(LiteralKind.INTEGER, Long.toString(high))),
          key -> key >= low && (open || key <= high));
    }
    Drawn one = draw(random, values, depth - 1);
    Drawn other = draw(random, values, depth - 1);
    List<Domain> both = List.of(one.domain(), other.domain());
    return kind == 3
        ? new Drawn(new Domain.Both(both), key -> one.has().test(key) && other.has().test(key))
        : new Drawn(new Domain.Either(both), key -> one.has().test(key) || other.has().test(key));
  }

  private static boolean contains(KeySet keys, long key) {
    if (keys instanceof KeySet.Keys known) {
      return known.keys().contains(Key.of(key));
    }
    return !(keys instanceof KeySet.Range range)
        || ((range.low() == null || ((Key.OfLong) range.low()).value() <= key)
            && (range.high() == null || ((Key.OfLong) range.high()).value() >= key));
  }

  @Test
  void noKeyOfADomainIsLeftOutAndFewAreAdded() {
    long seed = Long.getLong("shardjdbc.seed", 4_711);
    Random random = new Random(seed);
    int exact = 0;
    int domains = 20_000;
    for (int i = 0; i < domains; i++) {
      List<@Nullable Object> values = new ArrayList<>();
      Drawn drawn = draw(random, values, 3);
      KeySet read = reader(values.toArray()).read(drawn.domain());
      boolean isExact = true;
      for (long key = -1; key <= KEYS; key++) {
        boolean has = drawn.has().test(key);
        assertThat(has && !contains(read, key))
            .as("seed %d, domain %d leaves out %d: %s", seed, i, key, drawn.domain())
            .isFalse();
        isExact &= has == contains(read, key);
      }
      exact += isExact ? 1 : 0;
    }
    assertThat(exact).isGreaterThan(domains * 7 / 10);
  }

  @ParameterizedTest
  @CsvSource({
    "INTEGER, 5, 5",
    "DECIMAL, 5.0, 5",
    "DECIMAL, 5.5, ",
    "STRING, '5', 5",
    "STRING, ' -7 ', -7"
  })
  void aLiteralIsTheKeyThatTheServerWouldCompareWith(LiteralKind kind, String text, Long key) {
    KeySet read = reader().read(new Domain.Terms(List.of(literal(kind, text))));
    assertThat(read).isEqualTo(key == null ? KeySet.nothing() : KeySet.of(Key.of(key)));
  }

  @Test
  void aBoundValueOfAnyIntegerTypeIsOneKey() {
    Domain parameter = new Domain.Terms(List.of(new Expr.Parameter(1, NOWHERE)));
    for (Object five : List.<Object>of((short) 5, 5, 5L, new BigDecimal("5.00"), "5")) {
      assertThat(reader(five).read(parameter)).isEqualTo(KeySet.of(Key.of(5)));
    }
    assertThat(reader((Object) null).read(parameter)).isEqualTo(KeySet.nothing());
    assertThat(reader(new BigDecimal("5.5")).read(parameter)).isEqualTo(KeySet.nothing());
  }

  @Test
  void besideAFloatKeysThatItDoesNotHoldExactlyAreNotTold() {
    Domain two =
        new Domain.Terms(List.of(new Expr.Parameter(1, NOWHERE), new Expr.Parameter(2, NOWHERE)));
    assertThat(reader(5L, 6.0).read(two))
        .isEqualTo(new KeySet.Keys(java.util.Set.of(Key.of(5), Key.of(6))));
    assertThat(reader((1L << 53) + 1, 6.0).read(two)).isEqualTo(KeySet.anything());
    assertThat(LongStream.of(0, 1).allMatch(k -> contains(KeySet.anything(), k))).isTrue();
  }
}
