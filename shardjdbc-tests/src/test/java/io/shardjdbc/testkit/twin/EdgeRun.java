package io.shardjdbc.testkit.twin;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.generate.Mutation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Statements with parameters, on tables of our own, each with values that a server says would fit.
 * After whatever may write, the tables have their first rows again.
 */
final class EdgeRun implements AutoCloseable {

  private static final String EMPTY =
      "TRUNCATE t, archive, u, s, e, schema1.t, \"My Schema\".\"My Table\"";

  private final ClusterExtension cluster;
  private final String what;
  private final String database;
  private final List<String> definitions;
  private final TwinDatabase twin;
  private final Connection single;
  private final long seed;
  private final Tally tally = new Tally();

  /**
   * @param type of the columns that the statements call v and w
   */
  EdgeRun(ClusterExtension cluster, String type, long seed) throws SQLException, IOException {
    this.cluster = cluster;
    this.what = "edge, " + type;
    this.seed = seed;
    this.database = cluster.database() + "_edge";
    this.definitions =
        SqlFile.read("edge-tables.sql").stream()
            .map(trial -> trial.sql().replace("@v", type))
            .toList();
    cluster.cluster().createDatabase(database, Collation.icu("en-US"));
    this.twin =
        ClusterTwin.open(cluster.cluster(), database, TransactionMode.SINGLE_SHARD, this::declare);
    this.single = cluster.cluster().shards().get(0).primary().connect(database + "_single");
    single.setAutoCommit(false);
    for (String definition : definitions) {
      twin.execute(definition);
    }
  }

  private void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("t", "user_id")
        .sharded("archive", "user_id")
        .sharded("e", "user_id")
        .sharded("schema1.t", "user_id")
        .sharded("\"My Schema\".\"My Table\"", "\"User?Id\"");
    switch ((int) (seed % 3)) {
      case 0 -> tables.sharded("u", "user_id").sharded("s", "user_id");
      case 1 -> tables.sharded("u", "user_id").sharded("s", "id");
      default -> tables.reference("u").single("s", "s1");
    }
  }

  /**
   * @param mutants how many damaged ones follow each
   */
  void all(List<String> statements, int mutants) throws SQLException {
    DescribedParameters parameters = new DescribedParameters(single, seed);
    Mutation mutation = new Mutation(seed);
    for (String statement : statements) {
      run(parameters.of(statement));
      for (int i = 0; i < mutants; i++) {
        run(parameters.of(mutation.of(statement)));
      }
    }
  }

  private void run(Trial trial) throws SQLException {
    Verdict outcome = twin.verify(trial);
    if (!(outcome instanceof Verdict.Different different)) {
      tally.count(outcome, trial);
    } else if (new CorpusStatement(trial.sql()).namesChance()
        || new Determinacy(single).undetermined(trial).isPresent()) {
      tally.undetermined(different);
    } else {
      tally.different(what, different);
    }
    single.setAutoCommit(false);
    if (Clauses.of(trial.sql()).mayWrite()) {
      twin.verify(Trial.plain(EMPTY));
      for (String definition : definitions) {
        if (definition.startsWith("INSERT")) {
          twin.execute(definition);
        }
      }
    }
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
