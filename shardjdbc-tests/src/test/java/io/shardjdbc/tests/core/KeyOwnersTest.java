package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shard that is told to own a key is the one that has its rows; what is no key has none. */
class KeyOwnersTest {

  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("by_long", "a bigint");
    TABLES.put("by_short", "a smallint");
    TABLES.put("by_uuid", "a uuid");
    TABLES.put("by_varchar", "a varchar(5)");
    TABLES.put("by_domain", "a short_name");
    TABLES.put("by_text", "a text");
    TABLES.put("by_pair", "a text, b integer");
  }

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    plain.everywhere("CREATE DOMAIN short_name AS varchar(5)");
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      plain.everywhere("CREATE TABLE " + table.getKey() + " (" + table.getValue() + ")");
    }
    plain.everywhere(
        "CREATE TABLE parted (a bigint, n int) PARTITION BY LIST (n)",
        "CREATE TABLE parted_one PARTITION OF parted DEFAULT");
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t -> {
                  for (String table : TABLES.keySet()) {
                    t.sharded(
                        table,
                        table.equals("by_pair")
                            ? List.of("a", "b").toArray(String[]::new)
                            : new String[] {"a"});
                  }
                  t.sharded("parted", "a").defaultShard("s0");
                })
            .build();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  static List<Arguments> keys() {
    List<Arguments> keys = new ArrayList<>();
    for (int i = -3; i < 9; i++) {
      keys.add(Arguments.of("by_long", List.of(i)));
      keys.add(Arguments.of("by_short", List.of((long) i)));
      keys.add(Arguments.of("by_uuid", List.of(new UUID(i, 7))));
      keys.add(Arguments.of("by_varchar", List.of("v" + i + "  ")));
      keys.add(Arguments.of("by_domain", List.of("d" + i)));
      keys.add(Arguments.of("by_text", List.of("long text " + i + "   ")));
      keys.add(Arguments.of("by_pair", List.of("x ", i)));
    }
    return keys;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void theOwnerHasTheRows(String table, List<Object> key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO " + table + (key.size() == 1 ? " VALUES (?)" : " VALUES (?, ?)"))) {
      bind(insert, key);
      insert.executeUpdate();
    }
    List<String> having = holders(table, key);
    assertThat(having).containsExactly(dataSource.shardOf(table, key.toArray()).name());
    assertThat(dataSource.router().owner(table, key.toArray()).name()).isEqualTo(having.get(0));
  }

  private static List<String> holders(String table, List<Object> key) throws SQLException {
    String where = key.size() == 1 ? " WHERE a = ?" : " WHERE a = ? AND b = ?";
    List<String> having = new ArrayList<>();
    for (String shard : plain.shards()) {
      try (PreparedStatement select =
          plain.to(shard).prepareStatement("SELECT 1 FROM " + table + where)) {
        bind(select, key);
        try (ResultSet rows = select.executeQuery()) {
          if (rows.next()) {
            having.add(shard);
          }
        }
      }
    }
    return having;
  }

  private static void bind(PreparedStatement statement, List<Object> key) throws SQLException {
    for (int i = 0; i < key.size(); i++) {
      statement.setObject(i + 1, key.get(i));
    }
  }

  static List<Arguments> others() {
    return List.of(
        Arguments.of("by_long", List.of("abc")),
        Arguments.of("by_long", List.of(new BigDecimal("5.5"))),
        Arguments.of("by_long", List.of("9223372036854775808")),
        Arguments.of("by_long", List.of(new UUID(1, 2))),
        Arguments.of("by_short", List.of(32768)),
        Arguments.of("by_uuid", List.of("abc")),
        Arguments.of("by_varchar", List.of("12345 ")),
        Arguments.of("by_varchar", List.of("123456")),
        Arguments.of("by_domain", List.of("12345 ")),
        Arguments.of("by_text", List.of(7)),
        Arguments.of("by_pair", List.of("x", 1L << 31)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void aValueThatTheColumnCannotHaveHasNoOwner(String table, List<Object> key) {
    assertThatThrownBy(() -> dataSource.shardOf(table, key.toArray()))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("SJ0313");
  }

  @Test
  void aPartitionIsOwnedAsItsTable() throws SQLException {
    for (long key = 0; key < 20; key++) {
      assertThat(dataSource.shardOf("parted_one", key))
          .isEqualTo(dataSource.shardOf("parted", key));
    }
    assertThatThrownBy(() -> dataSource.shardOf("parted_one")).hasMessageStartingWith("SJ0703");
  }

  /** The domain's type cuts blanks like varchar(n) itself, though its name does not say so. */
  @ParameterizedTest
  @ValueSource(strings = {"by_varchar", "by_domain"})
  void aKeyThatIsCutWhereItIsStoredLiesWithTheOwnerOfTheRest(String table) throws SQLException {
    for (int i = 0; i < 20; i++) {
      String kept = "12%03d".formatted(i);
      try (Connection connection = dataSource.getConnection();
          PreparedStatement insert =
              connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
        insert.setString(1, kept + "  ");
        insert.executeUpdate();
      }
      assertThat(holders(table, List.of(kept)))
          .containsExactly(dataSource.shardOf(table, kept).name());
    }
  }

  @Test
  void nullHasNoOwner() {
    assertThatThrownBy(() -> dataSource.shardOf("by_pair", "x", null))
        .hasMessageStartingWith("SJ0307");
  }
}
