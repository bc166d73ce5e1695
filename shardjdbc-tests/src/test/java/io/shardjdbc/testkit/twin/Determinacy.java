package io.shardjdbc.testkit.twin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says whether one PostgreSQL answers a statement in one way only.
 *
 * <p>It runs the statement several times over copies of the tables, whose rows lie in other orders,
 * and with other ways to join, sort and group. Where these answers differ among themselves, a
 * difference between one PostgreSQL and the shards is none.
 */
final class Determinacy {

  private static final List<String> WAYS =
      List.of(
          "SET LOCAL enable_hashjoin = off",
          "SET LOCAL enable_hashagg = off",
          "SET LOCAL enable_sort = off; SET LOCAL enable_mergejoin = off",
          "SET LOCAL enable_nestloop = off; SET LOCAL enable_hashjoin = off",
          "SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1",
          "SET LOCAL enable_seqscan = off; SET LOCAL enable_material = off");

  /** In so many orders the rows lie; a sub-query may take any one of them. */
  private static final int ORDERS = 4 * WAYS.size();

  private static final String TABLES =
      """
      SELECT relname FROM pg_class
      WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
        AND relname ~ '^[a-z_][a-z0-9_]*$'
      """;

  private static final String MOMENTS =
      """
      SELECT EXISTS (SELECT FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
        WHERE c.relname = ANY (?) AND pg_get_expr(d.adbin, d.adrelid)
          ~* '\\m(now|current_date|current_time|current_timestamp|localtime|localtimestamp|clock_timestamp|random|gen_random_uuid|uuidv4|uuidv7)\\M')
      """;

  private static final String COLUMNS =
      """
      SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
      WHERE attrelid = ('public.' || ?)::regclass AND attnum > 0 AND NOT attisdropped
        AND attgenerated = ''
      """;

  private final Connection single;

  Determinacy(Connection single) {
    this.single = single;
  }

  /** Whether it inserts rows whose defaults depend on the moment or on chance. */
  boolean insertsMoments(Trial trial) throws SQLException {
    List<String> words = Scanner.scan(trial.sql()).stream().map(Token::text).toList();
    if (!words.contains("insert")) {
      return false;
    }
    try (PreparedStatement asked = single.prepareStatement(MOMENTS)) {
      asked.setArray(1, single.createArrayOf("text", words.toArray()));
      try (ResultSet row = asked.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** How a second way differs from a first, if one does. */
  Optional<String> undetermined(Trial trial) throws SQLException {
    Set<String> words =
        Scanner.scan(trial.sql()).stream().map(Token::text).collect(Collectors.toSet());
    single.setAutoCommit(false);
    try {
      List<String> named = tables().stream().filter(words::contains).toList();
      Seen first = null;
      for (int i = 0; i < ORDERS; i++) {
        Seen seen = run(trial, named, i);
        if (first == null) {
          first = seen;
        } else {
          Optional<String> difference = difference(trial, first, seen);
          single.rollback();
          if (difference.isPresent()) {
            return difference;
          }
        }
        single.rollback();
      }
      return Optional.empty();
    } finally {
      single.rollback();
      single.setAutoCommit(true);
    }
  }

  private List<String> tables() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = single.createStatement();
        ResultSet rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  /** An answer, and after a write what lies in the tables. */
  private record Seen(Reply answer, List<String> contents) {}

  private Seen run(Trial trial, List<String> named, int way) throws SQLException {
    try (Statement statement = single.createStatement()) {
      statement.execute("SET LOCAL statement_timeout = '10s'");
      for (String table : named) {
        copy(statement, table, way);
      }
      statement.execute(WAYS.get(way % WAYS.size()));
      statement.execute("SAVEPOINT before");
      Reply answer = TrialRun.of(single, trial);
      List<String> contents = new ArrayList<>();
      if (answer instanceof Reply.Failure) {
        statement.execute("ROLLBACK TO before");
      } else if (Clauses.of(trial.sql()).mayWrite()) {
        for (String table : named) {
          contents.add(rows(table));
        }
      }
      return new Seen(answer, contents);
    }
  }

  private String rows(String table) {
    Trial all = Trial.plain("SELECT t::text FROM " + table + " t ORDER BY 1");
    return TrialRun.of(single, all) instanceof Reply.Rows rows ? rows.rows().toString() : "";
  }

  /** A table before the other of its name, with its rows in another order. */
  private void copy(Statement statement, String table, int way) throws SQLException {
    statement.execute("SAVEPOINT copy");
    try (PreparedStatement asked = single.prepareStatement(COLUMNS)) {
      asked.setString(1, table);
      String columns;
      try (ResultSet row = asked.executeQuery()) {
        row.next();
        columns = row.getString(1);
      }
      statement.execute("CREATE TEMP TABLE %1$s (LIKE public.%1$s INCLUDING ALL)".formatted(table));
      statement.execute(
          """
          INSERT INTO pg_temp.%1$s (%2$s) OVERRIDING SYSTEM VALUE
          SELECT %2$s FROM public.%1$s t ORDER BY md5(t::text || %3$d)
          """
              .formatted(table, columns, way));
    } catch (SQLException e) {
      statement.execute("ROLLBACK TO copy"); // a reserved word, a type that has no text, ..
    }
  }

  private Optional<String> difference(Trial trial, Seen first, Seen second) {
    Clauses clauses = Clauses.of(trial.sql());
    Optional<String> answers =
        new Comparison(new RowOrder(single, trial, clauses), clauses.mayWrite())
            .difference(first.answer(), second.answer());
    if (answers.isEmpty() && !first.contents().equals(second.contents())) {
      return Optional.of("rows written differ");
    }
    return answers;
  }
}
