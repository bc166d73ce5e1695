package io.shardjdbc.gather;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ValueType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types of parts, by their numbers on the shard that answered.
 *
 * <p>The driver has a name for each type, without the schema if that was on the search path when
 * the driver first met the type. PostgreSQL's own are certain by their numbers; people's own are
 * looked up on the shard, where a domain is what it is over.
 */
final class PartTypes {

  /** What the driver calls text of the server's own types; enumerations are text to it, too. */
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");

  /** The server numbers the objects of people from here on. */
  private static final long FIRST_OF_PEOPLE = 16_384;

  private static final String LOOK_UP =
      """
      WITH RECURSIVE base (part, oid, next) AS (
        SELECT n.part, t.oid, t.typbasetype
          FROM pg_catalog.unnest(%s) WITH ORDINALITY n (oid, part)
          JOIN pg_catalog.pg_type t ON t.oid = n.oid
        UNION ALL
        SELECT base.part, t.oid, t.typbasetype
          FROM pg_catalog.pg_type t JOIN base ON t.oid = base.next)
      SELECT base.part, s.nspname, t.typname, t.typtype = 'e'
        FROM base
        JOIN pg_catalog.pg_type t ON t.oid = base.oid
        JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
       WHERE base.next = 0
      """;

  /** Of a type that no row has told the number of. */
  private static final String NUMBER =
      "coalesce(pg_catalog.to_regtype(%s)::pg_catalog.oid,"
          + " (SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typname = %s ORDER BY 1 LIMIT 1))";

  /** What the driver says of types that it does not know by number. */
  private static final Set<Integer> UNCERTAIN =
      Set.of(Types.OTHER, Types.STRUCT, Types.ARRAY, Types.DISTINCT);

  private final List<ValueType> named = new ArrayList<>();
  private boolean certain = true;
  private @Nullable String numbers;
  private @Nullable ShardId shard;

  PartTypes(ResultSetMetaData columns, int width) throws SQLException {
    for (int i = width + 1; i <= 2 * width; i++) {
      String name = columns.getColumnTypeName(i);
      boolean text = columns.getColumnType(i) == Types.VARCHAR;
      boolean enumeration = text && !TEXTS.contains(name);
      certain &= !enumeration && !UNCERTAIN.contains(columns.getColumnType(i));
      named.add(new ValueType(name, enumeration));
    }
  }

  /** As the driver names them. */
  List<ValueType> asNamed() {
    return named;
  }

  /** Looks at the row that the shard's answer stands on: the first one has the numbers. */
  void see(ShardId of, ResultSet row) throws SQLException {
    if (numbers == null) {
      numbers = row.getString(2 * named.size() + 1);
      shard = of;
    }
  }

  /** Whether any of them is not PostgreSQL's own. */
  boolean areOfPeople() {
    if (numbers == null) {
      return !certain;
    }
    for (String number : numbers.substring(1, numbers.length() - 1).split(",", -1)) {
      if (Long.parseLong(number) >= FIRST_OF_PEOPLE) {
        return true;
      }
    }
    return false;
  }

  /** As the shard's catalogue names them. */
  List<ValueType> lookedUp(
      Runner runner, Execution<?> execution, Regroup regroup, ShardId otherwise)
      throws SQLException {
    List<ValueType> types = new ArrayList<>(named);
    ShardId where = shard == null ? otherwise : shard;
    DirectRoute question =
        new OneShard(
            regroup.effect(),
            ShardStatement.rewritten(where, LOOK_UP.formatted(numbers()), List.of()),
            KeyHashes.any(),
            regroup.primary(),
            null,
            List.of());
    Execution<DirectRoute> asking =
        execution.on(question).doing(execution.invocation().fetching(0));
    try (Answer answer = runner.run(asking)) {
      ResultSet rows = answer.first().rows();
      while (rows.next()) {
        String schema = rows.getString(2);
        String name = rows.getString(3);
        boolean own = schema.equals("pg_catalog");
        types.set(
            rows.getInt(1) - 1,
            new ValueType(
                own ? name : Identifiers.quote(schema) + "." + Identifiers.quote(name),
                rows.getBoolean(4)));
      }
    }
    return types;
  }

  private String numbers() {
    if (numbers != null) {
      return literal(numbers) + "::pg_catalog.oid[]";
    }
    return named.stream()
        .map(ValueType::name)
        .map(name -> NUMBER.formatted(type(name), literal(name)))
        .collect(Collectors.joining(", ", "ARRAY[", "]"));
  }

  private static String type(String name) {
    return literal(name.startsWith("\"") ? name : Identifiers.quote(name));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
