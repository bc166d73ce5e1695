package io.shardjdbc.testkit.twin;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.generate.Mutation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a corpus on a twin of its own. */
final class CorpusRun implements AutoCloseable {

  /**
   * Constraints that shards keep each for itself, as docs/limits.md says; and time-outs, which come
   * where they come.
   */
  private static final Pattern LIMIT = Pattern.compile("Exception (23503|23505|23P01|57014):");

  /** A definition that needs what other shards have: the server says so, and nothing is silent. */
  private static final Pattern LOUD = Pattern.compile("over shards: \\w*Exception 42");

  private static final String NUMBERED =
      """
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p')
        AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ 'nextval')
      """;

  private static final Pattern VIEW =
      Pattern.compile(
          "create (or replace )?(temp(orary)? )?(recursive )?view (?<name>[a-z_.0-9]+)",
          Pattern.CASE_INSENSITIVE);

  private final ClusterExtension cluster;
  private final String database;
  private final String what;
  private final CorpusTables tables;
  private final TwinDatabase twin;
  private final Connection single;
  private final Tally tally = new Tally();
  private boolean abandoned;

  /**
   * @param before makes the tables that all parts use
   */
  CorpusRun(
      ClusterExtension cluster, String what, long seed, List<String> before, List<String> part)
      throws SQLException {
    this.cluster = cluster;
    this.what = what;
    this.database = cluster.database() + "_corpus";
    this.tables = new CorpusTables(seed);
    Collation collation = Collation.icu("en-US");
    cluster.cluster().createDatabase(database, collation);
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection scratch = first.primary().connect(database)) {
      scratch.setAutoCommit(false); // nothing of it stays
      tables.look(scratch, before);
      tables.look(scratch, part);
      scratch.rollback();
    }
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER DATABASE \"" + database + "\" SET statement_timeout = '5s'");
      }
    }
    this.twin =
        ClusterTwin.open(
            cluster.cluster(), database, TransactionMode.SINGLE_SHARD, tables::declare);
    twin.execute("SET statement_timeout = '5s'");
    this.single = first.primary().connect(database + "_single");
    for (String statement : before) {
      run(statement, false);
    }
  }

  /**
   * Runs the statements that name a table, and the definitions.
   *
   * @param mutants how many damaged ones follow each
   */
  void all(List<String> statements, int mutants, long seed) throws SQLException {
    Mutation mutation = new Mutation(seed);
    for (String text : statements) {
      CorpusStatement statement = new CorpusStatement(text);
      if (statement.isDefinition()) {
        run(text, false);
      } else if (statement.isOfRows() && statement.names(tables.simpleNames())) {
        run(text, true);
        for (int i = 0; i < mutants; i++) {
          run(mutation.of(text), true);
        }
      }
    }
  }

  private void run(String text, boolean counted) throws SQLException {
    CorpusStatement statement = new CorpusStatement(text);
    Matcher view = VIEW.matcher(text);
    if (statement.isDefinition() && view.find() && tables.names().contains(view.group("name"))) {
      return; // a name that was a table's, and is declared as such
    }
    String columns = tables.columnsOf(statement);
    if (columns == null) {
      verify(statement.lasting(), counted);
    } else {
      String query = text.substring(statement.queryOfTable().orElse(0));
      verify("CREATE TABLE " + columns, false);
      verify("INSERT INTO " + columns.substring(0, columns.indexOf(' ')) + " " + query, false);
    }
  }

  private void verify(String sql, boolean counted) throws SQLException {
    if (abandoned) {
      return;
    }
    Trial trial = Trial.plain(sql);
    Verdict outcome;
    try {
      outcome = twin.verify(trial);
    } catch (SQLException | RuntimeException e) {
      abandon(e + "\n" + sql); // a table without its key, for one
      return;
    }
    if (outcome instanceof Verdict.Different different) {
      if (mayDiffer(new CorpusStatement(sql), trial, different)) {
        tally.undetermined(different);
      } else {
        tally.different(what, different);
      }
      if (Clauses.of(sql).mayWrite()) {
        makeAlike(sql);
      }
    } else if (counted) {
      tally.count(outcome, trial);
    }
  }

  private boolean mayDiffer(CorpusStatement statement, Trial trial, Verdict.Different different)
      throws SQLException {
    return statement.namesChance()
        || LIMIT.matcher(different.description()).find()
        || (statement.addsRows() && statement.names(numberedTables()))
        || (statement.isDefinition() && LOUD.matcher(different.description()).find())
        || (statement.isOfRows()
            && (new Determinacy(single).insertsMoments(trial)
                || new Determinacy(single).undetermined(trial).isPresent()));
  }

  /** The tables with a column that is numbered by a sequence, which each shard has for itself. */
  private List<String> numberedTables() throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = single.createStatement();
        ResultSet rows = statement.executeQuery(NUMBERED)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  /** Empties or drops the tables that a statement names, so that both sides are the same again. */
  private void makeAlike(String sql) throws SQLException {
    boolean rows = new CorpusStatement(sql).isOfRows();
    try {
      dropViewOnOne(sql);
      for (String table : Set.copyOf(tables.names())) {
        if (new CorpusStatement(sql).names(Set.of(CorpusTables.simple(table)))) {
          Trial repair =
              Trial.plain((rows ? "TRUNCATE " : "DROP TABLE IF EXISTS ") + table + " CASCADE");
          if (!(twin.verify(repair) instanceof Verdict.Different)) {
            return;
          }
        }
      }
      if (twin.verify(Trial.plain("DROP TABLE IF EXISTS none"))
          instanceof Verdict.Different different) {
        abandon(different.description());
      }
    } catch (SQLException | RuntimeException e) {
      abandon(e + "\n" + sql);
    }
  }

  /** A view of what one shard has is refused by the servers of the others. */
  private void dropViewOnOne(String sql) throws SQLException {
    Matcher view = VIEW.matcher(sql);
    if (view.find()) {
      try (Statement statement = single.createStatement()) {
        statement.execute("DROP VIEW IF EXISTS " + view.group("name") + " CASCADE");
      }
    }
  }

  private void abandon(String why) {
    System.out.println(what + " goes no further: " + why);
    abandoned = true;
  }

  Tally tally() {
    return tally;
  }

  @Override
  public void close() throws SQLException {
    single.close();
    twin.close();
    cluster.cluster().dropDatabase(database + "_single");
    cluster.cluster().dropDatabase(database);
  }
}
