package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.PositionedId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are found by their ids alone, on real servers. */
class PositionedIdsTest {

  private static final int ROWS = 100;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(CLUSTER);

  private static final Routes ROUTES = new Routes();
  private static final Map<Long, String> FILLED = new LinkedHashMap<>();

  private static ShardDataSource dataSource;

  /** How many shards the last statement was for. */
  private static final class Routes implements ShardListener {
    private volatile int shards;

    @Override
    public void routed(RoutedStatement statement) {
      shards = statement.shards().size();
    }
  }

  @BeforeAll
  static void open() throws SQLException {
    plain.everywhere(ddl("posts", "user_id bigint", KeyType.INTEGER, "user_id"));
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    CLUSTER.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                tables ->
                    tables
                        .sharded("posts", "user_id")
                        .sharded("notes", "owner")
                        .sharded("files", "owner")
                        .sharded("tags", "tag_id"))
            .listener(ROUTES)
            .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
    FILLED.clear();
  }

  private static void table(String name, String key, KeyType type, String column)
      throws SQLException {
    Sample.execute(dataSource, ddl(name, key, type, column));
  }

  private static String ddl(String name, String key, KeyType type, String column) {
    return """
    CREATE TABLE %s (id bigserial NOT NULL, %s NOT NULL, title text, PRIMARY KEY (%s, id),
      CONSTRAINT carries CHECK %s)
    """
        .formatted(name, key, column, PositionedId.check("id", column, type));
  }

  /** Ids of rows that nobody changes. */
  private static List<Long> filled() throws SQLException {
    if (FILLED.isEmpty()) {
      FILLED.putAll(fill("posts", "user_id", keys()));
    }
    return List.copyOf(FILLED.keySet());
  }

  private static Map<Long, String> fill(String table, String key, List<?> keys)
      throws SQLException {
    Map<Long, String> titles = new LinkedHashMap<>();
    String sql = "INSERT INTO %s (%s, title) VALUES (?, ?)".formatted(table, key);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
      for (Object owner : keys) {
        insert.setObject(1, owner);
        insert.setString(2, "of " + owner);
        insert.executeUpdate();
        try (ResultSet generated = insert.getGeneratedKeys()) {
          generated.next();
          titles.put(generated.getLong("id"), "of " + owner);
        }
      }
    }
    return titles;
  }

  private static List<Long> keys() {
    List<Long> keys = new ArrayList<>();
    for (long i = 0; i < ROWS; i++) {
      keys.add(i * 31 - 40);
    }
    return keys;
  }

  private static int shardsOfReads(String table, Map<Long, String> titles) throws SQLException {
    int asked = 0;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement read =
            connection.prepareStatement("SELECT title FROM " + table + " WHERE id = ?")) {
      for (Map.Entry<Long, String> row : titles.entrySet()) {
        read.setLong(1, row.getKey());
        try (ResultSet found = read.executeQuery()) {
          assertThat(found.next()).isTrue();
          assertThat(found.getString(1)).isEqualTo(row.getValue());
          assertThat(found.next()).isFalse();
        }
        asked += ROUTES.shards;
      }
    }
    return asked;
  }

  @Test
  void aRowIsFoundByItsIdOnOneShardMostly() throws SQLException {
    assertThat(filled()).hasSize(ROWS);
    assertThat(shardsOfReads("posts", FILLED)).isLessThan(ROWS * 11 / 10);
  }

  @Test
  void keysOfTextAndUuidHavePositionsToo() throws SQLException {
    table("notes", "owner varchar(40)", KeyType.TEXT, "owner");
    table("files", "owner uuid", KeyType.UUID, "owner");
    List<String> names = keys().stream().map(key -> "owner " + key).toList();
    assertThat(shardsOfReads("notes", fill("notes", "owner", names))).isLessThan(ROWS * 11 / 10);
    List<UUID> owners = keys().stream().map(key -> new UUID(key * 7919, key)).toList();
    assertThat(shardsOfReads("files", fill("files", "owner", owners))).isLessThan(ROWS * 11 / 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM posts WHERE id IN (%1$d, %2$d)",
        "SELECT count(*) FROM posts WHERE id = ANY ('{%1$d,%2$d}')",
        "SELECT count(*) FROM posts p JOIN posts q USING (user_id, id) WHERE q.id IN (%1$d, %2$d)",
        "SELECT count(*) FROM (SELECT id AS i FROM posts) p WHERE i IN (%1$d, %2$d)",
        "SELECT count(*) FROM posts WHERE id = %1$d OR id = %2$d",
        "SELECT count(*) FROM posts WHERE id::text IN ('%1$d', '%2$d')",
        "SELECT count(*) FROM posts WHERE id BETWEEN %1$d AND %1$d OR id = %2$d",
        "SELECT count(*) FROM posts WHERE NOT id NOT IN (%1$d, %2$d)",
        "SELECT count(p.id) + 1 FROM posts o LEFT JOIN posts p ON p.id = %1$d WHERE o.id = %2$d",
      })
  void everyFormFindsBoth(String sql) throws SQLException {
    List<Long> ids = filled();
    for (int i = 0; i < ROWS; i += 9) {
      assertThat(Sample.rows(dataSource, sql.formatted(ids.get(i), ids.get((i + 17) % ROWS))))
          .containsExactly("2");
    }
  }

  @Test
  void aWriteByIdIsOfOneShard() throws SQLException {
    List<Long> ids = List.copyOf(fill("posts", "user_id", keys()).keySet());
    int asked = 0;
    try (Connection connection = dataSource.getConnection()) {
      for (long id : ids) {
        assertThat(Sample.update(connection, "UPDATE posts SET title = 'new' WHERE id = " + id))
            .isEqualTo(1);
        asked += ROUTES.shards;
      }
      assertThat(asked).isLessThan(ROWS * 11 / 10);
      assertThat(Sample.update(connection, "DELETE FROM posts WHERE title = 'new'"))
          .isEqualTo(ROWS);
    }
  }

  @Test
  void anIdOfAnotherPositionIsRefusedByTheServerAndOneOfItsOwnIsNot() throws SQLException {
    long id = PositionedId.of(1_000_000, KeyHash.postgres().of(Key.of(77L)));
    String sql = "INSERT INTO posts (id, user_id) VALUES (%d, 77)";
    assertThatThrownBy(() -> Sample.execute(dataSource, sql.formatted(id + 1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("carries");
    Sample.execute(dataSource, sql.formatted(id));
    assertThat(Sample.rows(dataSource, "SELECT user_id FROM posts WHERE id = " + id))
        .containsExactly("77");
  }

  @Test
  void severalRowsLiteralsAndDefaultsGetIdsOfTheirOwnKeys() throws SQLException {
    Sample.execute(
        dataSource,
        "INSERT INTO posts (user_id, title) VALUES (1, 'a'), (-2, 'b'), ('3', 'c'), (4 , 'd')");
    Sample.execute(dataSource, "INSERT INTO posts VALUES (DEFAULT, 5, 'e'), (DEFAULT, 6, 'f')");
    assertThat(
            Sample.rows(
                dataSource, "SELECT count(*), count(DISTINCT id) FROM posts WHERE title < 'g'"))
        .containsExactly("6,6");
    assertThatThrownBy(
            () -> Sample.execute(dataSource, "INSERT INTO posts (user_id) VALUES (abs(-9))"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("carries");
  }

  @LongRun
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE posts DROP CONSTRAINT carries",
        "ALTER TABLE posts DROP CONSTRAINT posts_pkey, ALTER id DROP NOT NULL",
        "ALTER TABLE posts DROP CONSTRAINT carries, ADD CONSTRAINT carries"
            + " CHECK ((id & 65535) = ((hashint8extended(user_id, 1) >> 48) & 65535)) NOT VALID",
        "CREATE FUNCTION hashint8extended(bigint, int) RETURNS bigint IMMUTABLE LANGUAGE sql"
            + " AS 'SELECT 1::int8'",
      })
  void whatOneShardDoesNotCheckIsNotBelieved(String sql) throws SQLException {
    Map<Long, String> titles = fill("posts", "user_id", List.of(1L, 2L, 3L));
    try {
      plain.on("s2", sql);
      Deadline.in(Duration.ofSeconds(60))
          .await("all shards to be asked", () -> asked(titles) == 3 * titles.size());
    } finally {
      plain.on("s2", "DROP FUNCTION IF EXISTS hashint8extended(bigint, int)");
      plain.everywhere("DROP TABLE posts");
      close();
      open();
    }
  }

  private static int asked(Map<Long, String> titles) {
    try {
      return shardsOfReads("posts", titles);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aNumberThatIsTooGreatIsAnErrorAndNoOtherId() throws SQLException {
    table("tags", "tag_id bigint", KeyType.INTEGER, "tag_id");
    Sample.execute(dataSource, "SELECT setval('tags_id_seq', 140737488355327)");
    assertThatThrownBy(() -> Sample.execute(dataSource, "INSERT INTO tags (tag_id) VALUES (1)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("out of range");
  }
}
