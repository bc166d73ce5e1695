package io.shardjdbc.tests.core;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A queue over three shards: jobs by their owners, and ways to look at them. */
final class Jobs {

  static final int JOBS = 24;
  static final String ANY = "SELECT id FROM jobs WHERE state = 'new' LIMIT ? FOR UPDATE";
  static final String FIRST =
      "SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT ? FOR UPDATE";

  private Jobs() {}

  static ShardDataSource open(ClusterExtension cluster) throws SQLException {
    ShardDataSource dataSource =
        Sample.builder(cluster)
            .pool(Sample.pool(10))
            .tables(t -> t.sharded("jobs", "owner"))
            .build();
    Sample.execute(
        dataSource,
        "CREATE TABLE jobs (id bigint, owner bigint, state text, by text, PRIMARY KEY (owner,"
            + " id))");
    return dataSource;
  }

  /** New jobs, numbered from 1. */
  static void fill(ShardDataSource dataSource) throws SQLException {
    Sample.execute(dataSource, "DELETE FROM jobs");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO jobs VALUES (?, ?, 'new')")) {
      for (long id = 1; id <= JOBS; id++) {
        insert.setLong(1, id);
        insert.setLong(2, id * 7);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static int count(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return Integer.parseInt(Sample.rows(connection, sql).get(0));
    }
  }

  static List<Long> ids(Connection connection, String sql, Object... values) throws SQLException {
    List<Long> ids = new ArrayList<>();
    for (String id : Sample.rows(connection, sql, values)) {
      ids.add(Long.valueOf(id));
    }
    return ids;
  }

  /** The jobs that nobody has locked, asked in auto-commit mode. */
  static List<Long> lockable(Connection any) throws SQLException {
    return ids(any, "SELECT id FROM jobs ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED");
  }

  static Connection transaction(ShardDataSource dataSource, TransactionMode mode)
      throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.unwrap(ShardConnection.class).setTransactionMode(mode);
    connection.setAutoCommit(false);
    return connection;
  }

  static List<Long> without(List<Long> some) {
    return LongStream.rangeClosed(1, JOBS).boxed().filter(id -> !some.contains(id)).toList();
  }

  static List<Long> all() {
    return without(List.of());
  }
}
