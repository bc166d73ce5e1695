package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each row is seen once while a shard has copies of rows that are another's still. */
class HiddenRowsTest {
  private static final int USERS = 80;
  private static final String ALL = Integer.toString(USERS);

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);

  private static ShardDataSource shared;
  private ShardDataSource dataSource = shared;

  @BeforeAll
  static void open() throws SQLException {
    shards.createTables();
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    owns.put(S0, MovingShards.positions(S0));
    owns.put(S1, MovingShards.positions(S1));
    Positioned moving = new Positioned(owns, Map.of(S1, MovingShards.MOVED), Map.of(), List.of());
    for (ShardId shard : List.of(S0, S1)) {
      try (Connection connection = shards.connect(shard)) {
        ControlSchema.install(connection);
      }
    }
    everywhere(
        "INSERT INTO shardjdbc.map VALUES (true, '%s', 1, $map$%s$map$)"
            .formatted(new UUID(8, 8), shards.map().with("users", moving)));
    shared = process();
  }

  @AfterAll
  static void close() {
    shared.close();
  }

  private static ShardDataSource process() throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder()
            .tables(
                t -> t.sharded("users", "id").sharded("posts", "user_id").single("notes", "s1"));
    for (ShardId shard : List.of(S0, S1)) {
      builder.shard(shard.name(), CLUSTER.primaryUrls().get(shard.name()));
    }
    return builder.build();
  }

  /** The second shard has copies of the first one's rows that move. */
  @BeforeEach
  void fill() throws SQLException {
    everywhere("TRUNCATE users, posts");
    shards.fill(USERS);
    for (String table : List.of("users", "posts")) {
      String hash = "hashint8extended(%s, 0)".formatted(table.equals("users") ? "id" : "user_id");
      String moved = MovingShards.MOVED.condition(hash);
      for (String row : shards.rows(S0, "SELECT t::text FROM " + table + " t WHERE " + moved)) {
        shards.run(S1, "INSERT INTO " + table + " SELECT ('" + row + "'::" + table + ").*");
      }
    }
  }

  private static void everywhere(String... statements) throws SQLException {
    shards.run(S0, statements);
    shards.run(S1, statements);
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
      assertThat(rows(sql)).as(sql).containsExactly(ALL);
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

  /** A key whose row is copied to the shard of another key. */
  private static List<Long> copiedAndNot() {
    List<Long> keys = new ArrayList<>();
    for (long user = 1; keys.isEmpty(); user++) {
      if (MovingShards.moves(user)) {
        keys.add(user);
      }
    }
    for (long user = 1; keys.size() == 1; user++) {
      if (!MovingShards.OF_S0.contains(MovingShards.position(user))) {
        keys.add(user);
      }
    }
    return keys;
  }

  @Test
  void keysOfSeveralShardsAreMetOnce() throws SQLException {
    List<Long> keys = copiedAndNot();
    String in = "(" + keys.get(0) + ", " + keys.get(1) + ")";
    assertThat(rows("SELECT id FROM users WHERE id IN " + in + " ORDER BY id")).hasSize(2);
    assertThat(rows("SELECT count(*) FROM users JOIN posts ON user_id = id WHERE id IN " + in))
        .containsExactly("2");
    assertThat(rows("SELECT id FROM users WHERE id IN " + in + " LIMIT 5 FOR UPDATE SKIP LOCKED"))
        .hasSize(2);
    assertThat(update("UPDATE users SET n = n + 1 WHERE id IN " + in)).isEqualTo(2);
    assertThat(update("DELETE FROM posts WHERE user_id IN " + in)).isEqualTo(2);
    String copy = "SELECT n FROM users WHERE id = " + keys.get(0);
    assertThat(shards.rows(S1, copy)).containsExactly("0");
    assertThat(shards.rows(S0, copy)).containsExactly("1");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement batch =
            connection.prepareStatement("UPDATE users SET n = n + ? WHERE id IN (?, ?)")) {
      for (int i = 0; i < 2; i++) {
        batch.setInt(1, i + 1);
        batch.setLong(2, keys.get(0));
        batch.setLong(3, keys.get(1));
        batch.addBatch();
      }
      assertThat(batch.executeBatch()).containsExactly(2, 2);
    }
    assertThat(shards.rows(S1, copy)).containsExactly("0");
    assertThat(shards.rows(S0, copy)).containsExactly("4");
  }

  @Test
  void rowsAreLockedInTurnOnceEach() throws SQLException {
    assertThat(rows("SELECT id FROM users ORDER BY id LIMIT 300 FOR UPDATE SKIP LOCKED"))
        .hasSize(USERS)
        .doesNotHaveDuplicates();
  }

  @Test
  void whatNeedsRowsOfSeveralShardsOnOneLeavesCopiesOut() throws SQLException {
    assertThat(rows("SELECT count(*) FROM users u JOIN posts p ON p.no = u.n"))
        .containsExactly(Integer.toString(USERS * USERS));
    assertThat(
            rows("SELECT id FROM users u WHERE n < (SELECT count(*) FROM posts) - " + (USERS - 1)))
        .hasSize(USERS);
    assertThat(rows("SELECT count(*) FROM users TABLESAMPLE SYSTEM (100)")).containsExactly(ALL);
    assertThat(
            rows("SELECT count(u.id) FROM users AS u TABLESAMPLE BERNOULLI (100) WHERE u.id > 0"))
        .containsExactly(ALL);
    assertThat(update("UPDATE users u SET n = 5 FROM posts p WHERE p.no = u.n")).isEqualTo(USERS);
    assertThat(update("INSERT INTO posts (user_id, no) SELECT user_id, no + 1 FROM posts"))
        .isEqualTo(USERS);
    assertThat(update("INSERT INTO users (id) SELECT id + 100000 FROM users")).isEqualTo(USERS);
    assertThat(rows("SELECT count(*) FROM users")).containsExactly(Integer.toString(2 * USERS));
  }

  @Test
  void viewsShowNoCopies() throws SQLException {
    everywhere(
        "DROP VIEW IF EXISTS named, counted",
        "CREATE VIEW named AS SELECT id, name FROM users WHERE name IS NOT NULL",
        "CREATE VIEW counted AS SELECT user_id, count(*) AS n FROM posts GROUP BY user_id");
    assertThat(rows("SELECT count(*) FROM named")).containsExactly(ALL);
    assertThat(rows("SELECT sum(n) FROM counted")).containsExactly(ALL);
    assertThat(rows("SELECT count(*) FROM named JOIN counted ON user_id = id"))
        .containsExactly(ALL);
    List<Long> keys = copiedAndNot();
    assertThat(rows("SELECT id FROM named WHERE id IN (" + keys.get(0) + ", " + keys.get(1) + ")"))
        .hasSize(2);
  }

  @Test
  void mergeChangesNoCopies() throws SQLException {
    assertThat(
            update(
                "MERGE INTO users u USING posts p ON p.user_id = u.id"
                    + " WHEN MATCHED THEN UPDATE SET n = u.n + 1"))
        .isEqualTo(USERS);
    assertThat(rows("SELECT DISTINCT n FROM users")).containsExactly("1");
    List<Long> keys = copiedAndNot();
    assertThat(shards.rows(S1, "SELECT n FROM users WHERE id = " + keys.get(0)))
        .containsExactly("0");
  }

  @Test
  void batchesChangeNoCopies() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement batch =
            connection.prepareStatement("UPDATE users SET n = n + ? WHERE name LIKE ?");
        Statement plain = connection.createStatement()) {
      for (int i = 0; i < 2; i++) {
        batch.setInt(1, 1);
        batch.setString(2, "user%");
        batch.addBatch();
      }
      assertThat(batch.executeBatch()).containsExactly(USERS, USERS);
      plain.addBatch("DELETE FROM posts WHERE no = 7");
      plain.addBatch("DELETE FROM posts WHERE no = 0");
      assertThat(plain.executeBatch()).containsExactly(0, USERS);
    }
    assertThat(rows("SELECT DISTINCT n FROM users")).containsExactly("2");
    assertThat(shards.number(S1, "SELECT count(*) FROM posts")).isPositive();
  }

  @Test
  void rowsAreCopiedOutOnce() throws Exception {
    for (String sql :
        List.of(
            "COPY users TO STDOUT",
            "COPY public.users (name, id) TO STDOUT (FORMAT csv, HEADER)",
            "/* (SELECT) */ COPY (SELECT id FROM users WHERE id > 0) TO STDOUT",
            "COPY (SELECT u.id FROM users u JOIN posts p ON p.user_id = u.id) TO STDOUT CSV")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Connection connection = dataSource.getConnection()) {
        long rows = connection.unwrap(ShardConnection.class).copy().copyOut(sql, out);
        assertThat(rows).as(sql).isEqualTo(USERS);
      }
      List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).as(sql).hasSize(sql.contains("HEADER") ? USERS + 1 : USERS);
      assertThat(lines).as(sql).doesNotHaveDuplicates();
    }
  }

  /** Its first statement finds that there is a map. */
  @Test
  void rowsAreCopiedInByTheMap() throws Exception {
    byte[] rows = "100001\t1\tuser\n100002\t1\tuser\n".getBytes(StandardCharsets.UTF_8);
    try (ShardDataSource early = process();
        ShardConnection connection = early.getConnection().unwrap(ShardConnection.class)) {
      ByteArrayInputStream in = new ByteArrayInputStream(rows);
      assertThat(connection.copy().copyIn("COPY users FROM STDIN", in)).isEqualTo(2);
    }
    assertThat(rows("SELECT count(*) FROM users WHERE id > 100000")).containsExactly("2");
  }

  @Test
  void whatCannotLeaveThemOutIsRefused() throws SQLException {
    for (String sql :
        List.of("SELECT tableoid::regclass, id FROM users", "SELECT public.users.id FROM users")) {
      assertThatThrownBy(() -> rows(sql)).as(sql).hasMessageContaining("SJ0");
    }
  }

  /** All columns of a table depend on its primary key, and on no column of a sub-query. */
  @Test
  void groupsOfPrimaryKeysHaveAllColumns() throws SQLException {
    String groups = "SELECT u.name, count(*) FROM ";
    for (String sql :
        List.of(
            groups + "users u GROUP BY u.id",
            groups + "users AS u JOIN posts p ON p.user_id = u.id GROUP BY u.id",
            groups + "users u, posts p WHERE p.user_id = u.id OR p.user_id = u.id GROUP BY u.id",
            groups + "(users u JOIN posts p ON p.user_id = u.id) GROUP BY u.id",
            groups + "users u JOIN (SELECT user_id FROM posts) p ON user_id = u.id GROUP BY u.id",
            groups + "users u JOIN posts AS p (k, l) ON k = u.id GROUP BY u.id HAVING count(*) > 0",
            "SELECT p.body, u.id FROM users u CROSS JOIN posts p WHERE u.id = p.user_id GROUP BY"
                + " p.user_id, p.no, u.id",
            "SELECT u.id FROM users u LEFT JOIN posts p ON p.user_id = u.id GROUP BY u.id")) {
      assertThat(rows(sql)).as(sql).hasSize(USERS);
    }
    assertThat(rows("SELECT sum(c) FROM (SELECT count(*) AS c FROM users GROUP BY n) t"))
        .containsExactly(ALL);
  }

  /** A common table sees the table whose name it has. */
  @Test
  void commonTablesMayHaveTheNamesOfTables() throws SQLException {
    for (String sql :
        List.of(
            "WITH users AS (SELECT * FROM users WHERE id > 0) SELECT count(*) FROM users",
            "WITH posts AS (SELECT user_id FROM posts), users AS (SELECT * FROM users)"
                + " SELECT count(*) FROM users JOIN posts ON user_id = id",
            "WITH one AS (WITH users AS (SELECT 1) SELECT * FROM users)"
                + " SELECT count(*) FROM users, one",
            "WITH users AS (SELECT * FROM users), d AS (DELETE FROM posts RETURNING user_id)"
                + " SELECT count(*) FROM users JOIN d ON user_id = id")) {
      assertThat(rows(sql)).as(sql).containsExactly(ALL);
    }
    assertThat(
            update(
                "WITH users AS (SELECT * FROM users) UPDATE users u SET n = 5 FROM users v"
                    + " WHERE v.id = u.id"))
        .isEqualTo(USERS);
    assertThat(shards.number(S1, "SELECT count(*) FROM users WHERE n = 0")).isPositive();
  }

  /** What is hidden now is none of a definition that stays. */
  @Test
  void viewsAreMadeAsTheyAreSaid() throws SQLException {
    everywhere("DROP VIEW IF EXISTS made");
    update("CREATE VIEW made AS SELECT id FROM users WHERE n >= 0");
    assertThat(rows("SELECT count(*) FROM made")).containsExactly(ALL);
    for (ShardId shard : List.of(S0, S1)) {
      assertThat(shards.number(shard, "SELECT count(*) FROM made"))
          .isEqualTo(shards.number(shard, "SELECT count(*) FROM users"));
    }
    String there = "/* shardjdbc: shard=s1 */ ";
    for (String sql :
        List.of(
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM users",
            there + "CREATE TEMP VIEW mine AS SELECT * FROM users",
            there + "PREPARE ask AS SELECT count(*) FROM users",
            there + "EXECUTE ask")) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageContaining("SJ0233");
      }
    }
  }

  /** No move takes them along. */
  @Test
  void rowsWithoutAKeyAreNoCopies() throws SQLException {
    everywhere(
        "ALTER TABLE posts DROP CONSTRAINT posts_pkey, ALTER user_id DROP NOT NULL",
        "INSERT INTO posts VALUES (NULL, 7)");
    try (ShardDataSource late = process()) {
      dataSource = late;
      assertThat(rows("SELECT count(*) FROM posts")).containsExactly(Integer.toString(USERS + 2));
      assertThat(update("UPDATE posts SET no = 8 WHERE no = 7")).isEqualTo(2);
    } finally {
      everywhere("TRUNCATE posts", "ALTER TABLE posts ADD PRIMARY KEY (user_id, no)");
    }
  }
}
