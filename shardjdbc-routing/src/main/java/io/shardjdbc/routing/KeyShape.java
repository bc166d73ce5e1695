package io.shardjdbc.routing;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The types of a key's columns.
 *
 * <p>A placement that lists keys only knows those of one shape. A key of another shape would
 * quietly fall to the rest, so it is refused: it comes from a column of another type than was
 * meant.
 */
record KeyShape(List<KeyType> types) {

  static KeyShape of(Key key) {
    if (key instanceof Key.OfColumns composite) {
      return new KeyShape(composite.columns().stream().map(KeyShape::typeOf).toList());
    }
    return new KeyShape(List.of(typeOf(key)));
  }

  /** The one shape of all the keys that a placement lists. */
  static KeyShape common(String placement, Collection<Key> keys) {
    List<KeyShape> shapes = keys.stream().map(KeyShape::of).distinct().toList();
    if (shapes.size() != 1) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT,
          placement + (shapes.isEmpty() ? " lists no key" : " mixes keys of different types"));
    }
    return shapes.get(0);
  }

  /** The type, when the shape is a single column's. */
  KeyType single(String placement) {
    if (types.size() != 1) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, placement + " takes no composite keys");
    }
    return types.get(0);
  }

  /** Refuses a key of another shape. */
  void check(String placement, Key key) {
    KeyShape other = of(key);
    if (!equals(other)) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, placement + " is of " + this + " keys, not of " + other);
    }
  }

  /**
   * Why columns declared so cannot have this shape; empty if they can. A type that is not declared
   * may be any.
   */
  Optional<String> misfit(List<KeyColumn> columns) {
    boolean fits =
        columns.size() == types.size()
            && IntStream.range(0, types.size())
                .allMatch(i -> columns.get(i).type().map(types.get(i)::equals).orElse(true));
    return fits
        ? Optional.empty()
        : Optional.of("has a key of other types than its placement, " + this);
  }

  /** Columns of this shape, whatever they are called. */
  List<KeyColumn> columns() {
    return IntStream.range(0, types.size())
        .mapToObj(i -> new KeyColumn("k" + i, Optional.of(types.get(i))))
        .toList();
  }

  private static KeyType typeOf(Key key) {
    if (key instanceof Key.OfLong) {
      return KeyType.INTEGER;
    } else if (key instanceof Key.OfUuid) {
      return KeyType.UUID;
    } else if (key instanceof Key.OfDate) {
      return KeyType.DATE;
    } else if (key instanceof Key.OfTimestamp) {
      return KeyType.TIMESTAMP;
    } else if (key instanceof Key.OfInstant) {
      return KeyType.TIMESTAMPTZ;
    }
    return key instanceof Key.OfNumeric ? KeyType.NUMERIC : KeyType.TEXT;
  }

  @Override
  public String toString() {
    return types.stream().map(KeyType::sqlName).collect(Collectors.joining(", "));
  }
}
