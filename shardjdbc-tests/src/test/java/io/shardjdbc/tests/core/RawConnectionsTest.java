package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PgDatabaseMetaData;
import org.postgresql.jdbc.PgResultSet;

/** Nobody comes to the driver's connection, and the next borrower to what he left there. */
class RawConnectionsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource one;
  private static ShardDataSource three;

  /** A way to a connection from what JDBC gives. */
  private interface Way {
    Connection from(Connection connection) throws SQLException;
  }

  private static final Map<String, Way> WAYS = new LinkedHashMap<>();

  static {
    WAYS.put("the metadata", c -> c.getMetaData().unwrap(PgDatabaseMetaData.class).getConnection());
    WAYS.put(
        "the metadata's interface",
        c -> c.getMetaData().unwrap(DatabaseMetaData.class).getConnection());
    WAYS.put(
        "rows of the metadata",
        c ->
            c.getMetaData()
                .getTables(null, null, "lists", null)
                .unwrap(PgResultSet.class)
                .getStatement()
                .getConnection());
    WAYS.put("a result set", c -> rows(c).unwrap(PgResultSet.class).getStatement().getConnection());
    WAYS.put("the statement of a result set", c -> rows(c).getStatement().getConnection());
    WAYS.put(
        "a statement",
        c -> {
          Statement statement = c.createStatement();
          statement.execute("SELECT 1 FROM lists WHERE id = 1");
          return ((Statement) statement.unwrap(PGStatement.class)).getConnection();
        });
    WAYS.put(
        "the rows of an array",
        c -> rows(c).getArray(2).getResultSet().getStatement().getConnection());
    WAYS.put(
        "the rows of an array by its label",
        c -> rows(c).getArray("tags").getResultSet(1, 1).getStatement().getConnection());
    WAYS.put(
        "the rows of an object",
        c -> ((Array) rows(c).getObject(2)).getResultSet().getStatement().getConnection());
    WAYS.put(
        "the rows of an object of a type",
        c -> rows(c).getObject("tags", Array.class).getResultSet().getStatement().getConnection());
    WAYS.put(
        "generated keys",
        c -> {
          PreparedStatement insert =
              c.prepareStatement(
                  "UPDATE lists SET tags = tags WHERE id = 1", Statement.RETURN_GENERATED_KEYS);
          insert.executeUpdate();
          ResultSet keys = insert.getGeneratedKeys();
          keys.next();
          return keys.getArray("tags").getResultSet().getStatement().getConnection();
        });
    WAYS.put(
        "a call",
        c -> {
          CallableStatement call = c.prepareCall("{? = call array_append(array[1], 2)}");
          call.registerOutParameter(1, Types.ARRAY);
          call.execute();
          return call.getArray(1).getResultSet().getStatement().getConnection();
        });
    WAYS.put(
        "the object of a call",
        c -> {
          CallableStatement call = c.prepareCall("{? = call array_append(array[1], 2)}");
          call.registerOutParameter(1, Types.ARRAY);
          call.execute();
          return ((Array) call.getObject(1)).getResultSet().getStatement().getConnection();
        });
  }

  private static ResultSet rows(Connection connection) throws SQLException {
    ResultSet rows =
        connection
            .createStatement()
            .executeQuery("SELECT id, tags FROM lists WHERE id = 1 ORDER BY id");
    rows.next();
    return rows;
  }

  static Iterable<String> ways() {
    return WAYS.keySet();
  }

  @BeforeAll
  static void open() throws SQLException {
    three =
        Sample.builder(cluster).pool(Sample.pool(1)).tables(t -> t.sharded("lists", "id")).build();
    Sample.execute(three, "CREATE TABLE lists (id bigint PRIMARY KEY, tags int[], file oid)");
    for (int id = 1; id < 9; id++) {
      Sample.execute(three, "INSERT INTO lists VALUES (" + id + ", '{1,2}')");
    }
    try (Connection s0 = cluster.connect("s0");
        Statement statement = s0.createStatement()) {
      statement.execute("INSERT INTO lists VALUES (1, '{1,2}') ON CONFLICT DO NOTHING");
    }
    one =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .pool(Sample.pool(1))
            .tables(t -> t.sharded("lists", "id"))
            .build();
  }

  @AfterAll
  static void close() {
    one.close();
    three.close();
  }

  private static void leavesNothing(ShardDataSource dataSource, Way way) throws SQLException {
    for (boolean autoCommit : new boolean[] {true, false}) {
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(autoCommit);
        Connection reached;
        try {
          reached = way.from(connection);
        } catch (SQLException e) {
          assertThat(e.getMessage()).startsWith("SJ070"); // it says that there is no such way
          continue;
        }
        try (Statement past = reached.createStatement()) {
          past.execute("SET application_name = 'left'");
          if (!reached.getAutoCommit()) {
            reached.commit();
          }
        }
      }
      for (int i = 0; i < 3; i++) {
        try (Connection next = dataSource.getConnection()) {
          for (String shard :
              dataSource == one ? new String[] {"s0"} : new String[] {"s0", "s1", "s2"}) {
            assertThat(
                    Sample.rows(
                        next,
                        "/* shardjdbc: shard=%s */ SELECT current_setting('application_name')"
                            .formatted(shard)))
                .noneMatch("left"::equals);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsLeftThereMeetsNobody(String way) throws SQLException {
    leavesNothing(one, WAYS.get(way));
    leavesNothing(three, WAYS.get(way));
  }

  @Test
  void overShardsTheMetadataOfOneIsNotHandedOut() throws SQLException {
    try (Connection connection = three.getConnection()) {
      assertThatThrownBy(() -> connection.getMetaData().unwrap(PgDatabaseMetaData.class))
          .hasMessageContaining("SJ0703");
    }
  }

  @Test
  void anArrayThatWasReadIsWholeWhenItsConnectionServesAnother() throws SQLException {
    for (ShardDataSource dataSource : new ShardDataSource[] {one, three}) {
      Array tags;
      try (Connection connection = dataSource.getConnection()) {
        tags = rows(connection).getArray(2);
        try (PreparedStatement find =
            connection.prepareStatement("SELECT id FROM lists WHERE tags = ? AND id = 1")) {
          find.setArray(1, tags);
          assertThat(Sample.rows(find.executeQuery())).containsExactly("1");
          find.setObject(1, tags);
          assertThat(Sample.rows(find.executeQuery())).containsExactly("1");
        }
      }
      try (Connection busy = dataSource.getConnection()) {
        busy.setAutoCommit(false);
        Sample.rows(busy, "SELECT * FROM lists");
        assertThat(tags.getArray()).isEqualTo(new Integer[] {1, 2});
        assertThat(tags.getArray(2, 1)).isEqualTo(new Integer[] {2});
        assertThat(tags.getBaseTypeName()).isEqualTo("int4");
        assertThat(tags).hasToString("{1,2}");
        ResultSet elements = tags.getResultSet();
        assertThat(elements.next()).isTrue();
        assertThat(elements.getInt(2)).isEqualTo(1);
        busy.rollback();
      }
    }
  }

  @Test
  void aLargeObjectDoesNotWriteInAnotherSession() throws SQLException {
    Blob blob;
    try (Connection connection = one.getConnection()) {
      connection.setAutoCommit(false);
      Sample.rows(connection, "/* shardjdbc: shard=s0 */ SELECT lo_from_bytea(777, 'abc')");
      Sample.rows(connection, "UPDATE lists SET file = 777 WHERE id = 1 RETURNING id");
      ResultSet rows =
          connection.createStatement().executeQuery("SELECT file FROM lists WHERE id = 1");
      rows.next();
      blob = rows.getBlob(1);
      assertThat(blob.getBytes(1, 3)).isEqualTo(new byte[] {'a', 'b', 'c'});
      connection.commit();
    }
    try (Connection other = one.getConnection()) {
      other.setAutoCommit(false);
      Sample.rows(other, "SELECT * FROM lists");
      assertThatThrownBy(() -> blob.setBytes(1, new byte[] {'x'})).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> blob.length()).isInstanceOf(SQLException.class);
      assertThat(Sample.rows(other, "SELECT id FROM lists WHERE id = 1")).containsExactly("1");
      other.commit();
      assertThat(
              Sample.rows(
                  other, "/* shardjdbc: shard=s0 */ SELECT convert_from(lo_get(777), 'UTF8')"))
          .containsExactly("abc");
      Sample.rows(other, "/* shardjdbc: shard=s0 */ SELECT lo_unlink(777)");
      other.commit();
    }
  }
}
