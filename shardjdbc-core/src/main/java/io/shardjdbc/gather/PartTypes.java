package io.shardjdbc.gather;

import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Regroup;
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

/** The types of parts, by their {@linkplain TypeNames numbers} on the shard that answered. */
final class PartTypes {

  /** What the driver calls text of the server's own types; enumerations are text to it, too. */
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");

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
      if (TypeNames.isOfPeople(Long.parseLong(number))) {
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
    TypeNames.lookUp(runner, execution, regroup.primary(), where, numbers()).forEach(types::set);
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
