package io.shardjdbc.routing;

import java.util.List;

/** How the position of a row follows from its shard key. */
public enum Positioning {
  /** By PostgreSQL's hash of the key. */
  HASH("postgres") {
    @Override
    public long of(Key key) {
      return KeyHash.postgres().of(key);
    }

    @Override
    public String sql(List<String> columns, List<KeyType> types) {
      return KeyType.hashOf(columns, types);
    }
  },

  /** The same, where keys are placed by name, and only those move that somebody names. */
  LISTED("listed") {
    @Override
    public long of(Key key) {
      return HASH.of(key);
    }

    @Override
    public String sql(List<String> columns, List<KeyType> types) {
      return HASH.sql(columns, types);
    }
  },

  /** The key is an integer, and the position itself. */
  VALUE("value") {
    @Override
    public long of(Key key) {
      if (key instanceof Key.OfLong integer) {
        return integer.value();
      }
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "ranges of integers do not place keys of other types");
    }

    @Override
    public String sql(List<String> columns, List<KeyType> types) {
      return "int8up(" + columns.get(0) + ")";
    }
  };

  private final String inMaps;

  Positioning(String inMaps) {
    this.inMaps = inMaps;
  }

  /** The position of a key. */
  public abstract long of(Key key);

  /**
   * The position in SQL: a call of a function of {@code pg_catalog}, without its schema.
   *
   * @param columns of the key, as they are written in SQL
   * @param types of each
   */
  public abstract String sql(List<String> columns, List<KeyType> types);

  /** Its name in a map's text. */
  String inMaps() {
    return inMaps;
  }
}
