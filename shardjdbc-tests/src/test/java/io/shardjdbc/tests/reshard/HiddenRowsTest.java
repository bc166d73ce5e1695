package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each row is seen once while a shard has copies of rows that are another's still. */
class HiddenRowsTest {

  private static final int USERS = 200;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private final MovingShards shards = new MovingShards(CLUSTER);
  private ShardDataSource dataSource;

  /** The second shard has copies of the first one's rows that move. */
  @BeforeEach
  void open() throws SQLException {
    shards.createTables();
    shards.fill(USERS);
    for (String table : List.of("users", "posts")) {
      String key = table.equals("users") ? "id" : "user_id";
      for (String row :
          shards.rows(
              S0,
              "SELECT t::text FROM "
                  + table
                  + " t WHERE "
                  + MovingShards.MOVED.condition("hashint8extended(" + key + ", 0)"))) {
        shards.run(S1, "INSERT INTO " + table + " SELECT ('" + row + "'::" + table + ").*");
      }
    }
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    owns.put(S0, MovingShards.positions(S0));
    owns.put(S1, MovingShards.positions(S1));
    Positioned moving = new Positioned(owns, Map.of(S1, MovingShards.MOVED), Map.of(), List.of());
    for (ShardId shard : List.of(S0, S1)) {
      try (Connection connection = shards.connect(shard)) {
        ControlSchema.install(connection);
        try (PreparedStatement put =
            connection.prepareStatement("INSERT INTO shardjdbc.map VALUES (true, ?, 1, ?)")) {
          put.setObject(1, new UUID(8, 8));
          put.setString(2, shards.map().with("users", moving).toString());
          put.executeUpdate();
        }
      }
    }
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .tables(
                t -> t.sharded("users", "id").sharded("posts", "user_id").single("notes", "s1"));
    for (ShardId shard : List.of(S0, S1)) {
      builder.shard(shard.name(), CLUSTER.primaryUrls().get(shard.name()));
    }
    dataSource = builder.build();
  }

  @AfterEach
  void close() {
    dataSource.close();
  }

  private List<String> rows(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  private int update(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  @Test
  void readsLeaveCopiesOut() throws SQLException {
    assertThat(
            shards.number(S0, "SELECT count(*) FROM users")
                + shards.number(S1, "SELECT count(*) FROM users"))
        .isGreaterThan(USERS);
    String all = Integer.toString(USERS);
    for (String sql :
        List.of(
            "SELECT count(*) FROM users",
            "SELECT count(*) FROM users AS u (k) WHERE k > 0",
            "SELECT count(*) FROM users JOIN posts ON user_id = id",
            "SELECT count(*) FROM users u WHERE EXISTS (SELECT FROM posts p WHERE p.user_id ="
                + " u.id)",
            "WITH w AS (SELECT id FROM users) SELECT count(*) FROM w",
            "SELECT count(*) FROM (TABLE users) t",
            "SELECT count(DISTINCT id) FROM users",
            "SELECT sum(n) FROM (SELECT user_id, count(*) AS n FROM posts GROUP BY user_id) t")) {
      assertThat(rows(sql)).as(sql).containsExactly(all);
    }
    assertThat(rows("SELECT id FROM users ORDER BY id LIMIT 300"))
        .hasSize(USERS)
        .doesNotHaveDuplicates();
  }

  @Test
  void writesLeaveCopiesAlone() throws SQLException {
    assertThat(update("UPDATE users SET n = n + 1")).isEqualTo(USERS);
    assertThat(rows("UPDATE users u SET n = n + 1 WHERE name LIKE 'user%' OR false RETURNING id"))
        .hasSize(USERS);
    assertThat(rows("SELECT DISTINCT n FROM users")).containsExactly("2");
    assertThat(
            shards.number(
                S1,
                "SELECT count(*) FROM users WHERE n = 0 AND "
                    + MovingShards.MOVED.condition("hashint8extended(id, 0)")))
        .isPositive();
    assertThat(update("DELETE FROM posts")).isEqualTo(USERS);
    assertThat(shards.number(S1, "SELECT count(*) FROM posts")).isPositive();
  }

  @Test
  void whatCannotLeaveThemOutIsRefused() throws SQLException {
    for (String sql :
        List.of(
            "SELECT count(*) FROM users TABLESAMPLE SYSTEM (50)",
            "SELECT u.id FROM users u JOIN posts p ON p.no = u.n")) {
      assertThatThrownBy(() -> rows(sql)).as(sql).hasMessageContaining("SJ0233");
    }
  }
}
