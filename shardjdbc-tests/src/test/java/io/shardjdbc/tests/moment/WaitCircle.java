package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A circle of transactions that waited for each other.
 *
 * @param outcomes how each of them ended: done, or the SQLSTATE and message of its error
 * @param lasted from when the last of them began to wait until one of them was ended
 */
record WaitCircle(List<String> outcomes, Duration lasted) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a transaction waits in. */
  interface Action {
    void run() throws SQLException;
  }

  /** How it ended, and when. */
  private record End(String outcome, long at) {
    private static End of(Action action) {
      String outcome = WaitCircle.outcome(action);
      return new End(outcome, System.nanoTime());
    }
  }

  static void touch(Connection connection, int account) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE accounts SET balance = balance WHERE account = " + account);
    }
  }

  static String outcome(Action action) {
    try {
      action.run();
      return "done";
    } catch (SQLException e) {
      return e.getSQLState() + " " + e.getMessage();
    }
  }

  /** Each has a row of its own shard, and wants that of the next one. */
  static WaitCircle of(ShardDataSource dataSource, int size) throws Exception {
    return of(dataSource, Bank.onDifferentShards(dataSource, size));
  }

  /** The same of certain rows. */
  static WaitCircle of(ShardDataSource dataSource, List<Integer> accounts) throws Exception {
    int size = accounts.size();
    ExecutorService threads = Executors.newFixedThreadPool(size);
    List<Connection> all = new ArrayList<>();
    List<CompletableFuture<End>> ends = new ArrayList<>();
    for (int account : accounts) {
      Connection connection = dataSource.getConnection();
      connection.setAutoCommit(false);
      touch(connection, account);
      all.add(connection);
    }
    long closed = 0;
    for (int i = 0; i < size; i++) {
      Connection connection = all.get(i);
      int wanted = accounts.get((i + 1) % size);
      closed = System.nanoTime();
      ends.add(
          CompletableFuture.supplyAsync(
              () -> {
                End end = End.of(() -> touchAndCommit(connection, wanted));
                outcome(connection::close);
                return end;
              },
              threads));
    }
    WaitCircle circle = ended(ends, closed);
    threads.shutdown();
    return circle;
  }

  private static void touchAndCommit(Connection connection, int account) throws SQLException {
    touch(connection, account);
    connection.commit();
  }

  private static WaitCircle ended(List<CompletableFuture<End>> ends, long closed) throws Exception {
    List<String> outcomes = new ArrayList<>();
    long first = Long.MAX_VALUE;
    for (CompletableFuture<End> one : ends) {
      End end = one.get(60, TimeUnit.SECONDS);
      outcomes.add(end.outcome());
      first = Math.min(first, end.at() - closed);
    }
    return new WaitCircle(outcomes, Duration.ofNanos(first));
  }

  /**
   * One is prepared on a shard and keeps its rows, while another part of it waits in its own
   * prepare: for a row that a deferred constraint has to look at. The other one deletes that row,
   * and wants one of the first.
   */
  static WaitCircle throughPrepared(ShardDataSource dataSource, boolean itIsTheYoungest)
      throws Exception {
    List<Integer> accounts = Bank.onDifferentShards(dataSource, 4);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Connection commits = dataSource.getConnection();
        Connection deletes = dataSource.getConnection()) {
      commits.setAutoCommit(false);
      deletes.setAutoCommit(false);
      if (itIsTheYoungest) {
        delete(deletes, accounts);
        write(commits, accounts);
      } else {
        write(commits, accounts);
        delete(deletes, accounts);
      }
      CompletableFuture<End> commit =
          CompletableFuture.supplyAsync(() -> End.of(commits::commit), threads);
      Deadline.in(PATIENCE).await("one waits", () -> !dataSource.transactions().waits().isEmpty());
      Deadline.in(PATIENCE)
          .await("it is prepared", () -> !dataSource.transactions().inDoubt().isEmpty());
      long closed = System.nanoTime();
      CompletableFuture<End> delete =
          CompletableFuture.supplyAsync(
              () -> {
                End end = End.of(() -> touch(deletes, accounts.get(0)));
                outcome(deletes::rollback); // so that the other one goes on
                return end;
              },
              threads);
      return ended(List.of(commit, delete), closed);
    } finally {
      threads.shutdown();
    }
  }

  private static void write(Connection connection, List<Integer> accounts) throws SQLException {
    touch(connection, accounts.get(2)); // whose shard decides
    touch(connection, accounts.get(0));
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO cards (account) VALUES (" + accounts.get(1) + ")");
    }
  }

  private static void delete(Connection connection, List<Integer> accounts) throws SQLException {
    touch(connection, accounts.get(3));
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM accounts WHERE account = " + accounts.get(1));
    }
  }

  /** Makes sure that exactly one was ended, by us. */
  void assertOneVictim() {
    assertThat(outcomes).filteredOn(outcome -> outcome.equals("done")).hasSize(outcomes.size() - 1);
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.startsWith("40P01"))
        .singleElement()
        .asString()
        .contains("SJ0685");
  }
}
