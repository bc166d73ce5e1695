package io.shardjdbc.testkit.twin;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.generate.GeneratedSchema;
import io.shardjdbc.testkit.generate.StatementGenerator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** The generated statements of one seed, on a twin of their own. */
final class GeneratedRun implements AutoCloseable {

  private final ClusterExtension cluster;
  private final long seed;
  private final String database;
  private final StatementGenerator generator;
  private final TwinDatabase twin;
  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private int equal;
  private int errors;
  private int undetermined;
  private boolean damaged;

  GeneratedRun(ClusterExtension cluster, long seed) throws SQLException {
    this.cluster = cluster;
    this.seed = seed;
    this.database = cluster.database() + "_" + seed;
    this.generator = new StatementGenerator(seed);
    GeneratedSchema schema = generator.schema();
    cluster.cluster().createDatabase(database, Collation.icu("en-US"));
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(database);
          Statement statement = connection.createStatement()) {
        for (String type : schema.types()) {
          statement.execute(type);
        }
      }
    }
    this.twin = twin(schema);
    for (String table : schema.ddl()) {
      twin.execute(table);
    }
    for (String rows : schema.load()) {
      twin.execute(rows);
    }
  }

  /** Of every other seed, the rows of two tables may move, in transactions of two phases. */
  private TwinDatabase twin(GeneratedSchema schema) throws SQLException {
    if (seed % 2 == 0) {
      return TwinDatabase.on(cluster.cluster(), database, schema::declare);
    }
    return ClusterTwin.open(
        cluster.cluster(),
        database,
        TransactionMode.TWO_PHASE,
        tables -> {
          schema.declare(tables);
          tables.policy("a", policy -> policy.withMoveRows(true));
          tables.policy("b", policy -> policy.withMoveRows(true));
        });
  }

  /** Queries, with a write after every third of them, so that the data changes all the time. */
  GeneratedRun queriesAndWrites(int statements) throws SQLException {
    run(statements, i -> i % 4 == 3 ? generator.write(i) : generator.query(i));
    return this;
  }

  /** Statements that were damaged. */
  GeneratedRun mutants(int statements) throws SQLException {
    damaged = true;
    run(statements, generator::mutant);
    return this;
  }

  private void run(int statements, IntFunction<Trial> trials) throws SQLException {
    for (int i = 0; i < statements; i++) {
      Trial trial = trials.apply(i);
      Verdict outcome = twin.verify(trial);
      if (outcome instanceof Verdict.Different && damaged && isUndetermined(trial)) {
        undetermined++;
      } else if (outcome instanceof Verdict.Different different) {
        differences.add("seed %d, statement %d: %s".formatted(seed, i, different.description()));
        if (Clauses.of(trial.sql()).mayWrite()) {
          return; // the sides are no longer the same
        }
      } else if (outcome instanceof Verdict.Refused refused) {
        if (refused.failsOnOne()) {
          errors++;
        } else {
          refusals.merge(refused.code(), 1, Integer::sum);
        }
        if (Boolean.getBoolean("shardjdbc.twin.show")) {
          System.out.println(refused.message() + "\n  " + trial);
        }
      } else {
        equal++;
      }
    }
  }

  /** Damage takes away what made an answer the only one: a column of ORDER BY, say. */
  private boolean isUndetermined(Trial trial) throws SQLException {
    if (Clauses.of(trial.sql()).mayWrite()) {
      return false;
    }
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection single = first.primary().connect(database + "_single")) {
      return new Determinacy(single).undetermined(trial).isPresent();
    }
  }

  List<String> differences() {
    return differences;
  }

  /** How many were answered alike, or are errors on both sides. */
  int answered() {
    return equal + errors;
  }

  /** How many were refused that one PostgreSQL answers, by code. */
  Map<String, Integer> refusals() {
    return refusals;
  }

  @Override
  public String toString() {
    return "seed %d: %d equal, %d errors on both sides, %d undetermined, %d different, refused %s"
        .formatted(seed, equal, errors, undetermined, differences.size(), refusals);
  }

  @Override
  public void close() throws SQLException {
    twin.close();
    cluster.cluster().dropDatabase(database + "_single");
    cluster.cluster().dropDatabase(database);
  }
}
