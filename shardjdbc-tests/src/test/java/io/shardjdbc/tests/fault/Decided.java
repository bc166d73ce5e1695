package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Transactions that were decided, to be asked for long after their decisions are deleted. */
final class Decided {

  private static final int MOST = 200;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Connection> audits;
  private final List<Long> accounts;
  private final Deque<Old> old = new ArrayDeque<>();

  private record Old(TransactionId id, boolean committed, long seenNanos) {}

  Decided(List<Connection> audits, List<Long> accounts) {
    this.audits = audits;
    this.accounts = accounts;
  }

  /** Commits something over shards, and asks for it when its decision is deleted. */
  Optional<String> askLate(ShardDataSource hasty) throws SQLException {
    String committed = commit(hasty);
    if (committed == null) {
      return Optional.empty();
    }
    TransactionId id = TransactionId.parse(committed);
    Deadline.in(PATIENCE)
        .await(
            "its decision is deleted",
            () -> {
              boolean clean = hasty.transactions().recover().isClean();
              return one("SELECT 1 FROM shardjdbc.decision WHERE id = '" + id.uuid() + "'") == null;
            });
    try {
      Outcome outcome = hasty.transactions().outcome(id);
      return outcome == Outcome.COMMITTED
          ? Optional.empty()
          : Optional.of(id + " was committed and is called " + outcome);
    } catch (SQLException e) {
      return Optional.empty(); // it is forgotten, and said to be
    }
  }

  /** The id of what is committed; null if nothing is. */
  private @Nullable String commit(ShardDataSource hasty) throws SQLException {
    try (Connection connection = hasty.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (long account : accounts) {
        statement.execute("INSERT INTO ledger VALUES (" + account + ", 0)");
      }
      connection.commit();
    } catch (SQLException e) {
      return null; // it was too slow
    }
    return one(
        "SELECT d.id || '@s0:' || left(s.id::text, 8) FROM shardjdbc.decision d, shardjdbc.store s"
            + " WHERE committed ORDER BY decided_at DESC LIMIT 1");
  }

  private @Nullable String one(String sql) throws SQLException {
    try (Statement statement = audits.get(0).createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  /** Remembers what the databases say now. */
  void remember() throws SQLException {
    for (int shard = 0; shard < 2; shard++) {
      try (Statement statement = audits.get(shard).createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT d.id || '@s"
                      + shard
                      + ":' || left(s.id::text, 8), committed"
                      + " FROM shardjdbc.decision d, shardjdbc.store s")) {
        while (row.next()) {
          TransactionId id = TransactionId.parse(row.getString(1));
          if (old.stream().noneMatch(known -> known.id().equals(id))) {
            old.add(new Old(id, row.getBoolean(2), System.nanoTime()));
          }
        }
      }
    }
    while (old.size() > MOST) {
      old.remove();
    }
  }

  void forget() {
    old.clear();
  }

  /** Asks for one whose decision is deleted, if any is: what is wrong in the answer. */
  Optional<String> ask(ShardDataSource dataSource, Random random) {
    List<Old> late =
        old.stream()
            .filter(one -> System.nanoTime() - one.seenNanos() > Databases.KEPT.toNanos())
            .toList();
    if (late.isEmpty()) {
      return Optional.empty();
    }
    Old one = late.get(random.nextInt(late.size()));
    try {
      Outcome outcome = dataSource.transactions().outcome(one.id());
      boolean right = outcome == (one.committed() ? Outcome.COMMITTED : Outcome.ABORTED);
      return right ? Optional.empty() : Optional.of(one + " is called " + outcome);
    } catch (SQLException e) {
      return Optional.empty(); // it is forgotten, and said to be
    }
  }
}
