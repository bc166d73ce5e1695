package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.TypeName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads constants as keys of a column's type, with the values of one execution.
 *
 * <p>It follows the server: {@code 5}, {@code '5'}, {@code 5.0} and {@code '5'::smallint} are one
 * key to a bigint column; {@code 5.5} equals no key; what the server would round, cut or refuse is
 * unknown, and the route stays as wide as if it were not there.
 */
public final class KeyReader {

  private final Optional<KeyType> type;
  private final List<@Nullable Object> values;

  /**
   * @param type the column's type; empty where nobody knows, then each value's own type counts
   * @param values the parameters
   */
  public KeyReader(Optional<KeyType> type, List<@Nullable Object> values) {
    this.type = type;
    this.values = values;
  }

  /** The keys in a domain. */
  public KeySet read(@Nullable Domain domain) {
    if (domain == null) {
      return KeySet.anything();
    }
    if (domain instanceof Domain.Terms terms) {
      return terms(terms.terms());
    }
    if (domain instanceof Domain.Stored stored) {
      return stored(stored.terms());
    }
    if (domain instanceof Domain.Elements elements) {
      return elements(elements.array(), false);
    }
    if (domain instanceof Domain.Range range) {
      return range(range);
    }
    if (domain instanceof Domain.Both both) {
      KeySet keys = KeySet.anything();
      for (Domain part : both.parts()) {
        keys = keys.and(read(part));
      }
      return keys;
    }
    KeySet keys = KeySet.nothing();
    for (Domain branch : ((Domain.Either) domain).branches()) {
      keys = keys.or(read(branch));
    }
    return keys;
  }

  /** What is stored is a key, or else nobody knows which: storing converts, and may cut blanks. */
  private KeySet stored(List<Expr> terms) {
    Set<Key> keys = new LinkedHashSet<>();
    for (Expr term : terms) {
      Key key = read(term, true).key();
      if (key == null || !Storing.keeps(key, null)) {
        return KeySet.anything();
      }
      keys.add(key);
    }
    return new KeySet.Keys(keys);
  }

  private KeySet terms(List<Expr> terms) {
    if (terms.size() == 1) {
      Reading only = read(terms.get(0), false);
      return only.key() != null
          ? KeySet.of(only.key())
          : only.never() ? KeySet.nothing() : KeySet.anything();
    }
    return keysOfOneType(
        terms.stream().map(term -> read(term, false)).toList(),
        terms.stream().map(this::exactUpTo).reduce(Long.MAX_VALUE, Math::min));
  }

  /**
   * Terms that the server compares as their common type. Beside one of floating point all are of
   * that type, the column too: what it does not hold exactly equals its neighbours.
   *
   * @param exact up to which number every integer is exact in the common type
   */
  private static KeySet keysOfOneType(List<Reading> readings, long exact) {
    boolean areExact =
        exact == Long.MAX_VALUE
            || readings.stream()
                .allMatch(
                    reading ->
                        reading.key() instanceof Key.OfLong number
                            && Math.abs((double) number.value()) < exact);
    return areExact ? keys(readings) : KeySet.anything();
  }

  private long exactUpTo(Expr term) {
    Object value = term instanceof Expr.Parameter parameter ? value(parameter) : null;
    return value instanceof Float
        ? KeyValues.EXACT_IN_FLOAT
        : value instanceof Double ? KeyValues.EXACT_IN_DOUBLE : Long.MAX_VALUE;
  }

  /**
   * @param cast whether the elements are cast to the type, which rounds what a comparison would not
   */
  private KeySet elements(Expr array, boolean cast) {
    if (array instanceof Expr.ArrayOf listed) {
      return cast
          ? keys(listed.items().stream().map(this::converted).toList())
          : terms(listed.items());
    }
    if (array instanceof Expr.Cast typed && isArrayOfKeys(typed.type())) {
      return elements(typed.value(), true);
    }
    List<@Nullable Object> items = null;
    if (array instanceof Expr.Parameter parameter) {
      Object value = value(parameter);
      if (value == null) {
        return KeySet.nothing();
      }
      items = Arrays.elements(value);
    } else if (array instanceof Expr.Literal literal) {
      items = Arrays.parse(literal.value());
    }
    if (items == null) {
      return KeySet.anything();
    }
    List<Reading> readings = new ArrayList<>(items.size());
    for (Object item : items) {
      readings.add(cast ? KeyValues.stored(item, type) : KeyValues.compared(item, type));
    }
    return keys(readings);
  }

  private static KeySet keys(List<Reading> readings) {
    Set<Key> keys = new LinkedHashSet<>();
    for (Reading reading : readings) {
      if (reading.key() != null) {
        keys.add(reading.key());
      } else if (!reading.never()) {
        return KeySet.anything();
      }
    }
    return new KeySet.Keys(keys);
  }

  private boolean isArrayOfKeys(TypeName name) {
    return name.dimensions() == 1
        && name.modifiers().isEmpty()
        && KeyType.named(name.name().last()).equals(type);
  }

  private KeySet range(Domain.Range range) {
    Key low = range.low() == null ? null : read(range.low(), false).key();
    Key high = range.high() == null ? null : read(range.high(), false).key();
    return low == null && high == null ? KeySet.anything() : new KeySet.Range(low, high);
  }

  /**
   * One constant as a key.
   *
   * @param stored whether it is stored in the column, rather than compared with it
   */
  public Reading read(Expr e, boolean stored) {
    if (e instanceof Expr.Parameter parameter) {
      Object value = value(parameter);
      return stored ? KeyValues.stored(value, type) : KeyValues.compared(value, type);
    }
    if (e instanceof Expr.Literal literal) {
      return literal(literal.kind(), literal.value(), stored);
    }
    if (e instanceof Expr.Operation sign
        && Constants.isSign(sign)
        && sign.right() instanceof Expr.Literal number) {
      String text = sign.operator().equals("-") ? "-" + number.value() : number.value();
      return number.kind() == Expr.LiteralKind.STRING
          ? Reading.UNKNOWN
          : literal(number.kind(), text, stored);
    }
    return e instanceof Expr.Cast cast ? cast(cast, stored) : Reading.UNKNOWN;
  }

  private Reading literal(Expr.LiteralKind kind, String text, boolean stored) {
    Reading reading = KeyValues.literal(kind, text, type);
    return stored && reading.never() && kind != Expr.LiteralKind.NULL
        ? KeyValues.rounded(text)
        : reading;
  }

  private Reading cast(Expr.Cast cast, boolean stored) {
    TypeName name = cast.type();
    if (name.dimensions() > 0 || !name.modifiers().isEmpty() || !name.isBuiltIn()) {
      return Reading.UNKNOWN;
    }
    String simple = name.name().last();
    Optional<KeyType> to = KeyType.named(simple);
    boolean ofNumber = to.isPresent() && to.get() == KeyType.NUMERIC;
    if (ofNumber && exactUpTo(cast.value()) < Long.MAX_VALUE) {
      return Reading.UNKNOWN; // of floating point, numeric keeps the first digits only
    }
    if (to.isEmpty() || (type.isEmpty() && (ofNumber || to.get().isOfTime()))) {
      return Reading.UNKNOWN;
    }
    if (ofNumber && type.get() == KeyType.INTEGER) {
      return stored ? Reading.UNKNOWN : read(cast.value(), false);
    }
    if (type.isPresent() && to.get() != type.get()) {
      return Reading.UNKNOWN;
    }
    Reading inner = new KeyReader(to, values).converted(cast.value());
    return inner.key() instanceof Key.OfLong number && !fits(number.value(), simple)
        ? Reading.UNKNOWN
        : inner;
  }

  /** A value converted to the type: where a comparison would find no equal, a cast may round. */
  private Reading converted(Expr e) {
    Reading reading;
    if (e instanceof Expr.Parameter parameter) {
      reading = KeyValues.stored(value(parameter), type);
    } else if (e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.INTEGER) {
      reading = KeyValues.stored(KeyValues.integer(literal.value()), type);
    } else {
      reading = read(e, true);
    }
    boolean isNull =
        (e instanceof Expr.Parameter parameter && value(parameter) == null)
            || (e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.NULL);
    return reading.never() && !isNull ? Reading.UNKNOWN : reading;
  }

  private static boolean fits(long value, String typeName) {
    return switch (typeName) {
      case "smallint", "int2" -> value == (short) value;
      case "integer", "int", "int4" -> value == (int) value;
      default -> true;
    };
  }

  private @Nullable Object value(Expr.Parameter parameter) {
    return values.get(parameter.index() - 1);
  }
}
