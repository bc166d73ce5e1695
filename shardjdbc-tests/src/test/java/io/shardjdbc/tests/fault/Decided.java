package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Transactions that were decided, to be asked for long after their decisions are deleted. */
final class Decided {

  private static final int MOST = 200;

  private final List<Connection> audits;
  private final Deque<Old> old = new ArrayDeque<>();

  private record Old(TransactionId id, boolean committed, long seenNanos) {}

  Decided(List<Connection> audits) {
    this.audits = audits;
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
