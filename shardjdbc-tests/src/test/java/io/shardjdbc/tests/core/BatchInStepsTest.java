package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches with statements that run in several steps, beside the driver's own on one server. */
class BatchInStepsTest {

  private static final String MOVE = "UPDATE things SET id = id + 1000 WHERE id = 2";
  private static final String SPREAD = "INSERT INTO copies SELECT id + 7, name FROM things";
  private static final String PLAIN = "UPDATE things SET name = 'z' WHERE id = 3";
  private static final String BAD = "INSERT INTO things VALUES (4, 'twice')";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static ShardDataSource single;
  private static PlainConnections one;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = builder().transactions(TransactionMode.TWO_PHASE).build();
    single = builder().build();
    cluster.cluster().createDatabase("one_server");
    one = PlainConnections.of(cluster.cluster(), "one_server");
    try (Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(sharded, driver())) {
        Statement statement = connection.createStatement();
        statement.execute("CREATE TABLE things (id bigint PRIMARY KEY, name text)");
        statement.execute("CREATE TABLE copies (id bigint PRIMARY KEY, name text)");
      }
    }
  }

  private static io.shardjdbc.ShardDataSourceBuilder builder() {
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    return builder.tables(
        t ->
            t.sharded("things", "id")
                .sharded("copies", "id")
                .sharded("beside", "id")
                .policy("things", policy -> policy.withMoveRows(true)));
  }

  private static Connection driver() throws SQLException {
    return one.to("s0");
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    single.close();
    one.close();
    cluster.cluster().dropDatabase("one_server");
  }

  @BeforeEach
  void fill() throws SQLException {
    try (Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(sharded, driver())) {
        Statement statement = connection.createStatement();
        statement.execute("DELETE FROM things WHERE id > 0");
        statement.execute("DELETE FROM copies WHERE id > 0");
        statement.execute("INSERT INTO things VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
      }
    }
  }

  /** What the caller is told of a batch, and what stands. */
  private static List<String> done(Connection connection, List<String> batch) throws SQLException {
    List<String> told = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (String sql : batch) {
        statement.addBatch(sql);
      }
      try {
        for (long count : statement.executeBatch()) {
          told.add("count " + count);
        }
      } catch (BatchUpdateException e) {
        for (long count : e.getUpdateCounts()) {
          told.add("failed " + count);
        }
        told.add(e.getSQLState());
      }
      assertThat(connection.getAutoCommit()).isTrue();
      for (String table : List.of("things", "copies")) {
        try (ResultSet rows =
            statement.executeQuery("SELECT id, name FROM " + table + " ORDER BY id")) {
          while (rows.next()) {
            told.add(table + " " + rows.getLong(1) + " " + rows.getString(2));
          }
        }
      }
    }
    return told;
  }

  private static void same(ShardDataSource ours, List<String> batch) throws SQLException {
    try (Connection sharded = ours.getConnection()) {
      assertThat(done(sharded, batch)).as("%s", batch).isEqualTo(done(driver(), batch));
    }
  }

  @Test
  void aFailureLeavesNothingOfIt() throws SQLException {
    for (List<String> batch :
        List.of(
            List.of(SPREAD, BAD),
            List.of(BAD, SPREAD),
            List.of(MOVE, BAD),
            List.of(PLAIN, MOVE, SPREAD, BAD),
            List.of(SPREAD, SPREAD),
            List.of(PLAIN, SPREAD, "INSERT INTO copies VALUES (8, 'twice')"))) {
      same(dataSource, batch);
    }
  }

  @Test
  void aFailureLeavesNothingOfItInTheDefaultModeEither() throws SQLException {
    for (List<String> batch :
        List.of(List.of(SPREAD, BAD), List.of(PLAIN, SPREAD, BAD), List.of(SPREAD, SPREAD))) {
      same(single, batch);
    }
  }

  @Test
  void aSuccessLeavesAll() throws SQLException {
    same(single, List.of(PLAIN, SPREAD));
    fill();
    same(dataSource, List.of(PLAIN, MOVE, SPREAD));
    fill();
    same(dataSource, List.of(SPREAD));
  }

  @Test
  void changesOfTheSchemaAndSettingsMayStandBesideThem() throws SQLException {
    same(
        single,
        List.of(
            "SET application_name TO 'batch'",
            "CREATE TABLE beside (id bigint)",
            SPREAD,
            "DROP TABLE beside"));
  }

  @Test
  void whatTheCallersTransactionHoldsIsTheCallersToEnd() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.addBatch(PLAIN);
      statement.addBatch(SPREAD);
      statement.executeBatch();
      connection.rollback();
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM copies")) {
        row.next();
        assertThat(row.getLong(1)).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Keys.class)
  void theKeysOfAllMovesAreReturned(Keys how) throws SQLException {
    List<List<String>> answers = new ArrayList<>();
    for (Connection connection : List.of(dataSource.getConnection(), driver())) {
      String sql = "UPDATE things SET id = ?, name = name || '!' WHERE id = ?";
      try (connection;
          PreparedStatement move = how.prepared(connection, sql)) {
        for (long id : new long[] {1, 2, 77, 3}) {
          move.setLong(1, id + 5000);
          move.setLong(2, id);
          move.addBatch();
        }
        move.executeBatch();
        List<String> keys = new ArrayList<>();
        try (ResultSet rows = move.getGeneratedKeys()) {
          while (rows.next()) {
            keys.add(rows.getString(1) + " of " + rows.getMetaData().getColumnCount());
          }
        }
        answers.add(keys);
        move.setLong(1, 9000);
        move.setLong(2, 4);
        move.addBatch();
        assertThat(move.executeBatch()).containsExactly(1);
        try (ResultSet rows = move.getGeneratedKeys()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.next()).as("of the last batch alone").isFalse();
        }
      }
      fill();
    }
    assertThat(answers.get(0)).isEqualTo(answers.get(1)).hasSize(3);
  }

  /** The ways to ask for keys. */
  enum Keys {
    ALL {
      @Override
      PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
      }
    },
    NAMED {
      @Override
      PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql, new String[] {"name"});
      }
    };

    abstract PreparedStatement prepared(Connection connection, String sql) throws SQLException;
  }

  @Test
  void aBatchThatFailsHasNoKeys() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement move =
            connection.prepareStatement(
                "UPDATE things SET id = ? WHERE id = ?", Statement.RETURN_GENERATED_KEYS)) {
      for (long id : new long[] {1, 2}) {
        move.setLong(1, id == 2 ? 4 : 6000);
        move.setLong(2, id);
        move.addBatch();
      }
      BatchUpdateException failure =
          catchThrowableOfType(BatchUpdateException.class, move::executeBatch);
      assertThat(failure.getUpdateCounts()).containsOnly(Statement.EXECUTE_FAILED);
      try (ResultSet rows = move.getGeneratedKeys()) {
        assertThat(rows.next()).isFalse();
      }
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM things WHERE id < 5")) {
        row.next();
        assertThat(row.getLong(1)).isEqualTo(4);
      }
    }
  }
}
