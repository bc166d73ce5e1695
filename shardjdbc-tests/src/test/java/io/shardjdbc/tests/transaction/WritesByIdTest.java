package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In mode single-shard a transaction may write by another column than the key, on one shard. */
class WritesByIdTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource = builder.tables(t -> t.sharded("posts", "owner").reference("tags")).build();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE posts (id int, owner bigint NOT NULL, likes int)");
      statement.execute("CREATE TABLE tags (id int PRIMARY KEY, name text)");
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    connection = dataSource.getConnection();
    run("DELETE FROM posts");
    for (int owner = 1; owner <= 30; owner++) {
      run("INSERT INTO posts VALUES (" + owner + ", " + owner + ", 0)");
    }
    connection.setAutoCommit(false);
  }

  @AfterEach
  void leave() throws SQLException {
    connection.close();
  }

  private int run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static int likes(String condition) throws SQLException {
    try (Connection other = dataSource.getConnection();
        Statement statement = other.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(sum(likes), 0) FROM posts WHERE " + condition)) {
      row.next();
      return row.getInt(1);
    }
  }

  private List<ShardId> written() throws SQLException {
    return connection.unwrap(ShardConnection.class).writtenShards();
  }

  private static ShardId shardOf(int owner) {
    return dataSource
        .router()
        .shards("SELECT FROM posts WHERE owner = ?", List.of((long) owner))
        .get(0);
  }

  private static int elsewhereThan(int owner) {
    int other = owner + 1;
    while (shardOf(other).equals(shardOf(owner))) {
      other++;
    }
    return other;
  }

  @Test
  void anUpdateByIdIsAWriteOfTheShardThatHasTheRow() throws SQLException {
    assertThat(run("UPDATE posts SET likes = likes + 1 WHERE id = 1")).isEqualTo(1);
    assertThat(written()).containsExactly(shardOf(1));
    assertThat(run("UPDATE posts SET likes = likes + 1 WHERE owner = 1")).isEqualTo(1);
    assertThat(run("DELETE FROM posts WHERE id = 4711")).isZero();
    connection.commit();
    assertThat(likes("id = 1")).isEqualTo(2);
  }

  @Test
  void anUpdateThatFindsNothingWritesNothing() throws SQLException {
    assertThat(run("UPDATE posts SET likes = 9 WHERE id = 4711")).isZero();
    assertThat(written()).isEmpty();
    assertThat(run("UPDATE posts SET likes = 9 WHERE owner = 2")).isEqualTo(1);
    assertThat(run("DELETE FROM posts WHERE id = 2")).isEqualTo(1);
    connection.commit();
    assertThat(likes("id = 2")).isZero();
  }

  @Test
  void aSecondShardThatIsReallyWrittenIsRefusedAndNothingStands() throws SQLException {
    int other = elsewhereThan(1);
    assertThat(run("UPDATE posts SET likes = 9 WHERE id = 1")).isEqualTo(1);
    assertThatThrownBy(() -> run("UPDATE posts SET likes = 9 WHERE id = " + other))
        .hasMessageContaining("SJ0601")
        .hasMessageContaining("does not give owner, the shard key of posts")
        .hasMessageContaining(shardOf(1).name())
        .hasMessageContaining(shardOf(other).name())
        .hasMessageContaining("two-phase");
    assertThatThrownBy(() -> run("UPDATE posts SET likes = 9 WHERE id = 1"))
        .hasMessageContaining("SJ0604");
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
    assertThat(likes("true")).isZero();
  }

  @Test
  void aWriteOfAllShardsIsRefused() throws SQLException {
    assertThatThrownBy(() -> run("UPDATE posts SET likes = 1")).hasMessageContaining("SJ0601");
    connection.rollback();
    assertThat(likes("true")).isZero();
  }

  @Test
  void aSavepointTakesARefusedWriteBack() throws SQLException {
    int other = elsewhereThan(1);
    run("UPDATE posts SET likes = 5 WHERE id = 1");
    Savepoint savepoint = connection.setSavepoint();
    assertThatThrownBy(() -> run("UPDATE posts SET likes = 9 WHERE id = " + other))
        .hasMessageContaining("SJ0601");
    connection.rollback(savepoint);
    assertThat(run("UPDATE posts SET likes = likes + 1 WHERE owner = 1")).isEqualTo(1);
    connection.commit();
    assertThat(likes("true")).isEqualTo(6);
  }

  @Test
  void batchesByIdAndRowsThatComeBackAreWritesOfTheirShardToo() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE posts SET likes = likes + 1 WHERE id = ?")) {
      for (int i = 0; i < 3; i++) {
        statement.setInt(1, 1);
        statement.addBatch();
      }
      assertThat(statement.executeBatch()).containsExactly(1, 1, 1);
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "UPDATE posts SET likes = likes + 1 WHERE id = 1 RETURNING likes")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(4);
    }
    connection.commit();
    assertThat(likes("true")).isEqualTo(4);
  }

  @Test
  void manyWritesByIdOfOneOwnersRowsAreOneTransaction() throws SQLException {
    List<Integer> sameShard = new ArrayList<>();
    for (int owner = 1; owner <= 30; owner++) {
      if (shardOf(owner).equals(shardOf(1))) {
        sameShard.add(owner);
      }
    }
    for (int id : sameShard) {
      assertThat(run("UPDATE posts SET likes = 1 WHERE id = " + id)).isEqualTo(1);
    }
    connection.commit();
    assertThat(likes("true")).isEqualTo(sameShard.size());
  }

  @Test
  void aReferenceTableBesideAnotherWriteSaysWhatItNeeds() throws SQLException {
    run("UPDATE posts SET likes = 1 WHERE owner = 1");
    assertThatThrownBy(() -> run("INSERT INTO tags VALUES (1, 'x')"))
        .hasMessageContaining("SJ0601")
        .hasMessageContaining("reference table tags goes to every shard")
        .hasMessageContaining("two-phase");
  }
}
