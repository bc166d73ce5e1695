package io.shardjdbc.tests.core;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** The rules of JDBC for connections, statements and result sets, and what they hold meanwhile. */
class StatementLifeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).pool(Sample.pool(1)).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @org.junit.jupiter.api.BeforeEach
  void connect() throws SQLException {
    connection = dataSource.getConnection();
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void rowsAreClosedWithTheirStatementAndTheirConnection() throws SQLException {
    for (String sql : new String[] {"SELECT 1", "SELECT user_id FROM users ORDER BY user_id"}) {
      Connection connection = dataSource.getConnection();
      Statement first = connection.createStatement();
      ResultSet ofFirst = first.executeQuery(sql);
      first.close();
      assertThat(ofFirst.isClosed()).isTrue();
      ResultSet rows = connection.createStatement().executeQuery(sql);
      assertThat(rows.isClosed()).isFalse();
      connection.close();
      assertThat(rows.isClosed()).isTrue();
    }
  }

  @Test
  void aConnectionIsHeldWhileAResultSetIsOpenAndNoLonger() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(Sample.lent(dataSource)).isZero();
      ResultSet rows = statement.executeQuery("SELECT name FROM users WHERE user_id = 1");
      assertThat(Sample.lent(dataSource)).isEqualTo(1);
      rows.close();
      assertThat(Sample.lent(dataSource)).isZero();
      statement.executeUpdate("UPDATE users SET age = age WHERE user_id = 1");
      assertThat(Sample.lent(dataSource)).isZero();
      statement.executeQuery("SELECT name FROM users");
      assertThat(Sample.lent(dataSource)).isEqualTo(3);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void nestedStatementsShareTheConnectionsThatAreHeld() throws SQLException {
    // The pools have one connection each: a second one would not come.
    Set<String> names = new HashSet<>();
    try (Statement outer = connection.createStatement();
        ResultSet ids = outer.executeQuery("SELECT user_id FROM users ORDER BY user_id");
        PreparedStatement inner =
            connection.prepareStatement("SELECT name FROM users WHERE user_id = ?")) {
      while (ids.next()) {
        inner.setLong(1, ids.getLong(1));
        try (ResultSet row = inner.executeQuery()) {
          row.next();
          names.add(row.getString(1));
        }
        Sample.update(connection, "UPDATE users SET age = age WHERE user_id = ?", ids.getLong(1));
      }
    }
    assertThat(names).hasSize(Sample.USERS);
  }

  @Test
  void executingAgainClosesTheResultSetBefore() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet first = statement.executeQuery("SELECT name FROM users WHERE user_id = 1");
      ResultSet second = statement.executeQuery("SELECT name FROM users WHERE user_id = 2");
      assertThat(first.isClosed()).isTrue();
      assertThat(second.getStatement()).isSameAs(statement);
      assertThat(second.getStatement().getConnection()).isSameAs(connection);
    }
  }

  @Test
  void aStatementThatClosesWithItsRowsDoes() throws SQLException {
    Statement statement = connection.createStatement();
    statement.closeOnCompletion();
    statement.executeQuery("SELECT name FROM users").close();
    assertThat(statement.isClosed()).isTrue();
  }

  @Test
  void closedThingsSaySo() throws SQLException {
    Statement statement = connection.createStatement();
    ResultSet rows = statement.executeQuery("SELECT name FROM users");
    connection.close();
    connection.close();
    assertThat(statement.isClosed()).isTrue();
    assertThatThrownBy(rows::next).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> statement.execute("SELECT 1")).hasMessageContaining("SJ0701");
    assertThatThrownBy(connection::createStatement).hasMessageContaining("SJ0701");
    rows.close();
    statement.close();
  }

  @Test
  void resultsAreWalkedThroughAsJdbcSays() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.execute("SELECT name FROM users WHERE user_id = 1")).isTrue();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThat(Sample.lent(dataSource)).isZero();
      assertThat(statement.execute("UPDATE users SET age = age WHERE user_id = 1")).isFalse();
      assertThat(statement.getResultSet()).isNull();
      assertThat(statement.getUpdateCount()).isEqualTo(1);
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThatThrownBy(
              () -> statement.executeQuery("UPDATE users SET age = age WHERE user_id = 1"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.executeUpdate("SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void maxRowsHoldsForMergedRows() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(7);
      assertThat(Sample.rows(statement.executeQuery("SELECT user_id FROM users"))).hasSize(7);
      assertThat(
              Sample.rows(
                  statement.executeQuery("SELECT user_id FROM users ORDER BY user_id OFFSET 3")))
          .containsExactly("4", "5", "6", "7", "8", "9", "10");
    }
  }

  @Test
  void rowsAreFetchedInPartsWithAndWithoutATransaction() throws SQLException {
    for (boolean autoCommit : new boolean[] {true, false}) {
      connection.setAutoCommit(autoCommit);
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT user_id FROM users ORDER BY user_id")) {
        statement.setFetchSize(3);
        assertThat(Sample.rows(statement.executeQuery())).hasSize(Sample.USERS).startsWith("1");
      }
      if (!autoCommit) {
        connection.commit();
      }
      assertThat(Sample.lent(dataSource)).isZero();
    }
  }

  /** A commit closes cursors, and these rows are read after it. */
  @Test
  void allRowsThatAWriteOverShardsReturnsComeWhateverTheFetchSize() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(2);
      rowsComeBack(statement);
    }
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster
        .primaryUrls()
        .forEach((name, url) -> builder.shard(name, url + "&defaultRowFetchSize=2"));
    builder.tables(t -> t.sharded("users", "user_id").sharded("posts", "user_id"));
    try (ShardDataSource inParts = builder.build();
        Connection other = inParts.getConnection();
        Statement statement = other.createStatement()) {
      rowsComeBack(statement);
    }
  }

  private static void rowsComeBack(Statement statement) throws SQLException {
    String insert = "INSERT INTO users (user_id, name) SELECT user_id + 1000, name FROM users";
    String gathered = " WHERE user_id IN (SELECT rank() OVER (ORDER BY user_id) FROM posts)";
    assertThat(returned(statement, insert + " RETURNING user_id")).hasSize(Sample.USERS);
    String delete = "DELETE FROM users WHERE user_id > 1000";
    statement.setMaxRows(50);
    assertThat(returned(statement, delete + " RETURNING *")).hasSize(50);
    statement.setMaxRows(0);
    assertThat(returned(statement, "SELECT user_id FROM users")).hasSize(Sample.USERS);
    String update = "UPDATE users SET age = age";
    for (String where : List.of("", gathered)) {
      assertThat(returned(statement, update + where + " RETURNING name")).hasSize(Sample.USERS);
      assertThat(statement.executeUpdate(update + where, new String[] {"name"}))
          .isEqualTo(Sample.USERS);
      assertThat(Sample.rows(statement.getGeneratedKeys())).hasSize(Sample.USERS);
    }
    String values =
        LongStream.range(1001, 1031).mapToObj(id -> "(" + id + ", 'n')").collect(joining(", "));
    assertThat(
            statement.executeUpdate(
                "INSERT INTO users (user_id, name) VALUES " + values, new int[] {1}))
        .isEqualTo(30);
    assertThat(Sample.rows(statement.getGeneratedKeys())).hasSize(30).startsWith("1001", "1002");
    assertThat(statement.executeUpdate(delete)).isEqualTo(30);
  }

  private static List<String> returned(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return Sample.rows(rows);
    }
  }

  @Test
  void aMergedResultSetKnowsWhetherItHasRows() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet none = statement.executeQuery("SELECT user_id FROM users WHERE age > 100");
      assertThat(none.isBeforeFirst()).isFalse();
      assertThat(none.next()).isFalse();
      ResultSet some = statement.executeQuery("SELECT user_id FROM users ORDER BY 1 LIMIT 2");
      assertThat(some.isBeforeFirst()).isTrue();
      assertThat(Sample.rows(some)).containsExactly("1", "2");
      assertThat(some.isAfterLast()).isTrue();
      assertThatThrownBy(some::previous).isInstanceOf(SQLFeatureNotSupportedException.class);
      assertThatThrownBy(() -> some.updateInt(1, 1))
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessageContaining("ResultSet.updateInt");
    }
  }

  @Test
  void hiddenSortColumnsDoNotShow() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT name FROM users ORDER BY user_id DESC LIMIT 1")) {
      assertThat(rows.getMetaData().getColumnCount()).isEqualTo(1);
      rows.next();
      assertThat(rows.getString("NAME")).isEqualTo("user60");
      assertThatThrownBy(() -> rows.getString(2)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aMissingValueIsNamedBeforeAnythingRuns() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT name FROM users WHERE user_id = ? AND age = ?")) {
      statement.setLong(1, 1);
      assertThatThrownBy(statement::executeQuery).hasMessageContaining("SJ0205");
      assertThatThrownBy(() -> statement.setLong(3, 1)).hasMessageContaining("SJ0703");
      assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).hasMessageContaining("SJ0703");
    }
  }

  @Test
  void metaDataIsThereBeforeAndAfterAnExecution() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT user_id, name AS n FROM users WHERE age = ?")) {
      assertThat(statement.getMetaData().getColumnLabel(2)).isEqualTo("n");
      assertThat(statement.getParameterMetaData().getParameterType(1)).isEqualTo(Types.INTEGER);
      assertThat(Sample.lent(dataSource)).isZero();
      statement.setInt(1, 1);
      statement.execute();
      assertThat(statement.getMetaData().getColumnTypeName(1)).isEqualTo("int8");
    }
  }

  @Test
  void theDatabaseDescribesItselfAsPostgres() throws SQLException {
    assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
    assertThat(connection.getMetaData().supportsSharding()).isTrue();
    assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
    try (ResultSet tables =
        connection.getMetaData().getTables(null, "public", "users", new String[] {"TABLE"})) {
      assertThat(tables.next()).isTrue();
      assertThat(Sample.lent(dataSource)).isEqualTo(1);
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void theDriversConnectionIsReachedWhereThereIsOne() throws SQLException {
    assertThatThrownBy(() -> connection.unwrap(PGConnection.class)).hasMessageContaining("SJ0703");
    assertThat(connection.isWrapperFor(ShardConnection.class)).isTrue();
    connection.setAutoCommit(false);
    Sample.rows(connection, "SELECT name FROM users WHERE user_id = 1");
    assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
    connection.rollback();
  }

  @Test
  void aShardingKeyPinsAConnectionToItsShard() throws SQLException {
    ShardingKey key = dataSource.createShardingKeyBuilder().subkey(5L, JDBCType.BIGINT).build();
    try (Connection pinned = dataSource.createConnectionBuilder().shardingKey(key).build()) {
      assertThat(pinned.unwrap(ShardConnection.class).pinnedShard()).isPresent();
      assertThat(Sample.rows(pinned, "SELECT name FROM users WHERE user_id = 5"))
          .containsExactly("user5");
      int here = Integer.parseInt(Sample.rows(pinned, "SELECT count(*) FROM users").get(0));
      assertThat(here).isPositive().isLessThan(Sample.USERS);
      assertThat(pinned.unwrap(PGConnection.class).getBackendPID()).isPositive();
      pinned.setShardingKey(null);
      assertThat(Sample.rows(pinned, "SELECT count(*) FROM users")).containsExactly("60");
    }
  }

  @Test
  void aFunctionIsCalledOnTheShardThatAHintNames() throws SQLException {
    try (CallableStatement call =
        connection.prepareCall("/* shardjdbc: shard=s1 */ {? = call abs(?)}")) {
      call.registerOutParameter(1, Types.INTEGER);
      call.setInt(2, -3);
      call.execute();
      assertThat(call.getInt(1)).isEqualTo(3);
    }
  }

  @Test
  void explainShowsWhereAStatementGoes() throws SQLException {
    assertThat(
            connection
                .unwrap(ShardConnection.class)
                .explain("SELECT name FROM users WHERE user_id = ?", 5L))
        .containsPattern("route: s[012]");
  }
}
