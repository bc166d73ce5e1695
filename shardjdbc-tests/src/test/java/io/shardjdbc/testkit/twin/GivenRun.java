package io.shardjdbc.testkit.twin;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Statements on the tables of {@code given-tables.sql}, which a few writes after have their rows
 * again.
 */
final class GivenRun implements AutoCloseable {

  private static final List<String> TYPES =
      List.of(
          "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
          "CREATE DOMAIN score AS int4 CHECK (VALUE >= 0)");

  private static final String EMPTY =
      "TRUNCATE users, posts, likes, sessions, words, countries, currencies, conf";

  private static final int WRITES = 8;

  /** A time-out comes where it comes; constraints without the key are each shard's own. */
  private static final Pattern LIMIT = Pattern.compile("Exception (57014|23505):");

  private final ClusterExtension cluster;
  private final String database;
  private final List<Trial> definitions;
  private final TwinDatabase twin;
  private final Connection single;
  private final Tally tally = new Tally();
  private int writes;

  GivenRun(ClusterExtension cluster) throws SQLException, IOException {
    this.cluster = cluster;
    this.database = cluster.database() + "_given";
    this.definitions = SqlFile.read("given-tables.sql");
    cluster.cluster().createDatabase(database, Collation.icu("en-US"));
    for (ClusterShard shard : cluster.cluster().shards()) {
      try (Connection connection = shard.primary().connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER DATABASE \"" + database + "\" SET statement_timeout = '5s'");
        for (String type : TYPES) {
          statement.execute(type);
        }
      }
    }
    this.twin =
        ClusterTwin.open(
            cluster.cluster(), database, TransactionMode.SINGLE_SHARD, GivenRun::declare);
    twin.execute("SET statement_timeout = '5s'");
    this.single = cluster.cluster().shards().get(0).primary().connect(database + "_single");
    for (Trial definition : definitions) {
      twin.execute(definition.sql());
    }
  }

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("users", "user_id")
        .sharded("posts", "user_id")
        .sharded("likes", "post_id")
        .sharded("sessions", "token")
        .sharded("words", "word")
        .reference("countries")
        .reference("currencies")
        .single("conf", "s1");
  }

  void run(Trial trial) throws SQLException {
    Verdict outcome = twin.verify(trial);
    boolean wrote = Clauses.of(trial.sql()).mayWrite();
    if (wrote && outcome instanceof Verdict.Different) {
      refill(); // over the rows that it has left, a write that inserts would fail in any order
    }
    if (!(outcome instanceof Verdict.Different difference)) {
      tally.count(outcome, trial);
    } else if (mayDiffer(trial, difference) || isAlikeInOrder(trial, wrote)) {
      tally.undetermined(difference);
    } else {
      tally.different("given", difference);
      System.out.println("DIFF " + difference.description());
    }
    if (wrote) {
      writes++;
      if (writes % WRITES == 0) {
        refill();
      }
    }
  }

  /** Whether both sides agree as soon as no LIMIT leaves open which rows it takes. */
  private boolean isAlikeInOrder(Trial trial, boolean wrote) throws SQLException {
    Optional<String> ordered = OrderedPicks.of(trial.sql());
    boolean alike =
        ordered.isPresent() && twin.verify(Trial.plain(ordered.get())) instanceof Verdict.Equal;
    if (wrote) {
      refill();
    }
    return alike;
  }

  private boolean mayDiffer(Trial trial, Verdict.Different difference) throws SQLException {
    // Without its schema a table's name is that of the copies which Determinacy makes.
    String unqualified = trial.sql().replace("pg_catalog.", "").replace("public.", "");
    Trial overCopies = new Trial(unqualified, trial.parameters(), trial.plain(), 0, 0);
    return LIMIT.matcher(difference.description()).find()
        || new CorpusStatement(unqualified).namesChance()
        || new Determinacy(single).undetermined(overCopies).isPresent();
  }

  private void refill() throws SQLException {
    twin.verify(Trial.plain(EMPTY));
    for (Trial definition : definitions) {
      if (definition.sql().startsWith("INSERT")) {
        twin.execute(definition.sql());
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
