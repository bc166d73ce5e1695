package io.shardjdbc.tests.program;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterShard;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import javax.sql.XADataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.xa.PGXADataSource;

/** Both sides that programs run on: sessions over three shards, and such of one PostgreSQL. */
final class World implements AutoCloseable {

  static final List<String> SHARDS = List.of("s0", "s1", "s2");
  static final List<ShardId> SHARD_IDS = SHARDS.stream().map(ShardId::new).toList();

  private static final int SESSIONS = 4;

  /** A busy machine may need long to open a connection, which is no difference. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Databases databases;
  private final Variant variant;
  private final ShardDataSource over;
  private final Queue<Connection> spares = new ArrayDeque<>();

  World(Cluster cluster, Databases databases, Variant variant) throws SQLException {
    this.databases = databases;
    this.variant = variant;
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    String options = Databases.OPTIONS + variant.options();
    for (ClusterShard shard : cluster.shards()) {
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(shard.primary().jdbcUrl(databases.name()) + options),
              shard.replicas().stream()
                  .map(node -> NodeConfiguration.of(node.jdbcUrl(databases.name()) + options))
                  .toList()));
    }
    this.over =
        builder
            .tables(tables -> Tables.declare(tables, variant))
            .transactions(TransactionMode.TWO_PHASE)
            .schema(SchemaMode.OFF)
            .pool(
                new PoolConfiguration(
                    SESSIONS + 2, 1, PATIENCE, Duration.ofMinutes(1), Duration.ofMinutes(5)))
            .build();
  }

  /** Puts the rows in that every program finds. */
  void fill() throws SQLException {
    try (Connection connection = over.getConnection()) {
      databases.fill(connection);
    }
  }

  /**
   * Lets a program begin, with the tables and the rows that every program finds.
   *
   * @param defines whether it makes tables, and finds none that another has made
   */
  void begin(boolean defines) throws SQLException {
    databases.begin();
    if (defines) {
      try (Connection connection = over.getConnection()) {
        databases.dropMade(connection);
      }
    }
  }

  Databases databases() {
    return databases;
  }

  Variant variant() {
    return variant;
  }

  Connection over(TransactionMode mode) throws SQLException {
    Connection connection = over.getConnection();
    connection.unwrap(ShardConnection.class).setTransactionMode(mode);
    return connection;
  }

  /** A fresh session of the one PostgreSQL. */
  Connection one() throws SQLException {
    Connection spare = spares.poll();
    return spare == null ? DriverManager.getConnection(databases.url() + variant.options()) : spare;
  }

  /** Where a transaction manager gets connections over the shards. */
  XADataSource branchesOver() {
    return new ShardXADataSource(over);
  }

  /** Where it gets connections to the one PostgreSQL. */
  XADataSource branchesOfOne() {
    PGXADataSource one = new PGXADataSource();
    one.setUrl(databases.url() + variant.options());
    return one;
  }

  /**
   * Takes a session of the one PostgreSQL back.
   *
   * @param traced whether it keeps what no command takes back
   */
  void giveBack(Connection connection, boolean traced) throws SQLException {
    if (traced || connection.isClosed()) {
      connection.close();
      return;
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
      run(connection, "ROLLBACK"); // of one that was begun by a text
    }
    connection.setReadOnly(false);
    run(connection, "DISCARD ALL");
    spares.add(connection);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection spare : spares) {
      spare.close();
    }
    over.close();
  }
}
