package io.shardjdbc.dispatch;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.gather.TypeNames;
import io.shardjdbc.routing.ShardId;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgResultSet;

/**
 * The columns of rows whose types are not PostgreSQL's own, by the numbers of these types on the
 * shard that answered first. The driver's name for such a type may be that of another one by now.
 *
 * @param shard which has the types; null where there are none
 * @param columns counted from 0
 */
record TypesOfPeople(@Nullable ShardId shard, List<Integer> columns, List<Long> numbers) {

  private static final TypesOfPeople NONE = new TypesOfPeople(null, List.of(), List.of());

  /**
   * Those of rows.
   *
   * @param rows as they are merged; columns that only merging needs are not among them
   * @param answer where they come from
   */
  static TypesOfPeople of(ResultSet rows, Answer answer) throws SQLException {
    ShardCall first = answer.first();
    ResultSet sent = first.rows();
    ResultSetMetaData sentAs = sent.getMetaData();
    PgResultSet numbered = sent.unwrap(PgResultSet.class);
    Map<String, Long> known = new HashMap<>();
    Map<Integer, Long> placed = new HashMap<>();
    for (int i = 1; i <= sentAs.getColumnCount(); i++) {
      long number = Integer.toUnsignedLong(numbered.getColumnOID(i));
      if (TypeNames.isOfPeople(number)) {
        placed.put(i, number);
        known.put(named(sentAs, i), number);
      }
    }
    if (known.isEmpty()) {
      return NONE;
    }
    List<Integer> columns = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    ResultSetMetaData merged = rows.getMetaData();
    boolean alike = merged.getColumnCount() == sentAs.getColumnCount();
    for (int i = 1; i <= merged.getColumnCount(); i++) {
      Long number = alike ? placed.get(i) : known.get(named(merged, i));
      if (number != null) {
        columns.add(i - 1);
        numbers.add(number);
      }
    }
    return new TypesOfPeople(first.shard(), columns, numbers);
  }

  private static String named(ResultSetMetaData columns, int i) throws SQLException {
    return columns.getColumnTypeName(i) + '\0' + columns.getColumnLabel(i);
  }

  /** What the shard calls them, by their columns. */
  Map<Integer, String> lookUp(Runner runner, Execution<?> execution) throws SQLException {
    Map<Integer, String> names = new HashMap<>();
    ShardId there = shard;
    if (there != null && !columns.isEmpty()) {
      String array =
          numbers.stream()
              .map(String::valueOf)
              .collect(Collectors.joining(",", "'{", "}'::pg_catalog.oid[]"));
      TypeNames.lookUp(runner, execution, true, there, array)
          .forEach((place, type) -> names.put(columns.get(place), type.name()));
    }
    return names;
  }
}
