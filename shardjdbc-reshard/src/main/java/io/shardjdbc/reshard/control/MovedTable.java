package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A table of which rows move, as a server names it.
 *
 * @param number its place among the tables of its placement, by name: the same on all servers
 * @param display its name in the map
 * @param sql its name with its schema, quoted
 * @param columns its key, as the catalog has it
 * @param types of each column
 * @param by how a row has its position by them
 * @param of of the library's journal of steps, the tables whose rows the steps lie with; else none
 */
public record MovedTable(
    int number,
    String display,
    String sql,
    List<String> columns,
    List<KeyType> types,
    Positioning by,
    List<String> of) {
  private static final String SAGAS = "shardjdbc.saga";
  private static final String STEPS = "shardjdbc.saga_step";
  private static final String STEPS_HAVE_POSITIONS =
      "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('shardjdbc.saga_step')"
          + " AND attname = 'row_position' AND NOT attisdropped)";

  public MovedTable {
    columns = List.copyOf(columns);
    types = List.copyOf(types);
    of = List.copyOf(of);
  }

  /** What the mover does not see it would neither copy nor miss. */
  private static final String HIDDEN =
      "SELECT row_security_active(t) OR EXISTS (SELECT FROM pg_partition_tree(t) p"
          + " WHERE row_security_active(p.relid)) FROM (SELECT ?::regclass::oid AS t) t";

  /** A table whose key is of a type. */
  public MovedTable(int number, String display, String sql, String column, KeyType type) {
    this(number, display, sql, List.of(column), List.of(type), Positioning.HASH, List.of());
  }

  /**
   * The tables in which rows of one are stored, in SQL: its partitions, or itself. Its one place is
   * for the table's name.
   */
  public static final String STORED =
      "ARRAY(WITH n AS (SELECT ?::regclass AS t) SELECT p.relid FROM n, pg_partition_tree(n.t) p"
          + " WHERE p.isleaf UNION SELECT n.t FROM n"
          + " WHERE NOT EXISTS (SELECT FROM pg_partition_tree(n.t)))";

  /**
   * All tables of a placement, and behind them the journal of steps that lie with their rows.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when the server does not have one
   */
  public static List<MovedTable> of(Connection connection, MapDocument map, String placement)
      throws SQLException {
    if (placement.equals(ShardMap.RECORDS)) {
      return Sql.isTrue(connection, "SELECT to_regclass(?) IS NOT NULL", SAGAS)
          ? List.of(new MovedTable(0, SAGAS, SAGAS, "id", KeyType.UUID))
          : List.of();
    }
    List<MovedTable> tables = new ArrayList<>();
    Positioning by = map.placement(placement).by();
    for (Map.Entry<String, MapDocument.Placed> entry : new TreeMap<>(map.tables()).entrySet()) {
      String name = entry.getKey();
      MapDocument.Placed placed = entry.getValue();
      if (!placed.placement().equals(placement)) {
        continue;
      }
      String sql =
          Sql.text(
              connection,
              "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
                  + " ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)",
              name);
      if (sql.isEmpty()) {
        throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, "there is no table " + name);
      }
      if (Sql.isTrue(connection, HIDDEN, sql)) {
        throw new ReshardException(
            ErrorCode.MOVE_NOT_POSSIBLE,
            "row security hides rows of table "
                + name
                + " from the mover's user, who needs BYPASSRLS");
      }
      tables.add(
          new MovedTable(
              tables.size(), name, sql, placed.columns(), placed.types(), by, List.of()));
    }
    if (tables.isEmpty()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE, "no table goes by placement " + placement);
    }
    if (Sql.isTrue(connection, STEPS_HAVE_POSITIONS)) {
      tables.add(steps(tables));
    }
    return tables;
  }

  /** A process may leave out the schema that the map names. */
  private static MovedTable steps(List<MovedTable> tables) {
    List<String> names = new ArrayList<>();
    for (MovedTable table : tables) {
      names.add(table.display());
      if (table.display().startsWith("public.")) {
        names.add(table.display().substring("public.".length()));
      }
    }
    return new MovedTable(
        tables.size(),
        STEPS,
        STEPS,
        List.of("row_position"),
        List.of(KeyType.INTEGER),
        Positioning.VALUE,
        names);
  }

  /** Whether it is one of the library's own records. */
  public boolean isRecord() {
    return sql.equals(SAGAS) || sql.equals(STEPS);
  }

  /** The position of a row: of the table itself with an empty prefix, or of {@code new.}. */
  public String position(String prefix) {
    List<String> named =
        columns.stream().map(column -> prefix + Identifiers.quote(column)).toList();
    return by.sql(named, types);
  }

  /** The columns of its key, for whoever reads a message. */
  public String key() {
    return String.join(", ", columns);
  }

  /** The condition that a row lies at one of the positions. */
  public String in(Positions positions) {
    return in("", positions);
  }

  /** The condition that a row of {@code new.} or the like lies at one of the positions. */
  public String in(String prefix, Positions positions) {
    String there = positions.condition(position(prefix));
    return of.isEmpty() ? there : "(" + placed(prefix) + " AND " + there + ")";
  }

  /** The condition that a row lies by the placement's positions at all. */
  public String placed(String prefix) {
    if (of.isEmpty()) {
      return "true";
    }
    StringJoiner names = new StringJoiner(", ", "(", ")");
    of.forEach(name -> names.add("'" + name.replace("'", "''") + "'"));
    return prefix + "table_name IN " + names;
  }
}
