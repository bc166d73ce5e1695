package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Collation;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Rows of several shards come in the order that one server has, whatever type they are sorted by.
 */
class SortOrderTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(3))
          .withCollation(Collation.icu("en-US"));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static TwinDatabase twin;

  /** Types, with values whose order is not that of their bytes or of their texts. */
  private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

  static {
    List<String> words = List.of("'b'", "'A'", "'a'", "'B'", "'é'", "'_x'", "''", "'ab '", "NULL");
    for (String type :
        List.of(
            "text",
            "varchar",
            "char(4)",
            "name",
            "\"char\"",
            "text COLLATE \"C\"",
            "text COLLATE \"de-x-icu\"",
            "varchar COLLATE \"POSIX\"",
            "name COLLATE \"de-x-icu\"",
            "word",
            "bytes_word",
            "mood",
            "text[]",
            "pair")) {
      VALUES.put(type, words);
    }
    VALUES.put("mood", List.of("'zebra'", "'ant'", "'Bee'", "NULL"));
    VALUES.put("text[]", List.of("'{b}'", "'{A,z}'", "'{a}'", "'{}'", "'{NULL}'", "NULL"));
    VALUES.put("int[]", List.of("'{2}'", "'{10}'", "'{-1}'", "'{}'", "'{2,1}'", "NULL"));
    VALUES.put("pair", List.of("'(2,b)'", "'(10,a)'", "'(2,A)'", "'(,)'", "NULL"));
    VALUES.put("int4range", List.of("'[2,3)'", "'[10,11)'", "'empty'", "'(,2)'", "NULL"));
    VALUES.put("inet", List.of("'10.0.0.1'", "'9.0.0.1'", "'::1'", "'10.0.0.0/8'", "NULL"));
    VALUES.put("cidr", List.of("'10.0.0.0/8'", "'9.0.0.0/8'", "'::/0'", "NULL"));
    VALUES.put("macaddr", List.of("'08:00:2b:01:02:03'", "'ff:00:2b:01:02:03'", "NULL"));
    VALUES.put("money", List.of("2", "10", "-1", "NULL"));
    VALUES.put("interval", List.of("'1 month'", "'29 days'", "'31 days'", "'720:00'", "NULL"));
    VALUES.put(
        "jsonb", List.of("'2'", "'10'", "'\"b\"'", "'{}'", "'[]'", "'null'", "'true'", "NULL"));
    VALUES.put("bit(4)", List.of("'0010'", "'1000'", "'0001'", "NULL"));
    VALUES.put("varbit", List.of("'10'", "'1'", "'0001'", "''", "NULL"));
    VALUES.put("oid", List.of("2", "10", "4294967295", "NULL"));
    VALUES.put("pg_lsn", List.of("'0/2'", "'0/10'", "'A/1'", "NULL"));
    VALUES.put("xid8", List.of("'2'", "'10'", "'18446744073709551615'", "NULL"));
    VALUES.put("tid", List.of("'(2,1)'", "'(10,1)'", "NULL"));
    VALUES.put("regclass", List.of("'pg_class'", "'pg_type'", "NULL"));
    VALUES.put("tsvector", List.of("'b'", "'a b'", "''", "NULL"));
    VALUES.put("uuid", List.of("md5('a')::uuid", "md5('b')::uuid", "md5('c')::uuid", "NULL"));
    VALUES.put("bool", List.of("true", "false", "NULL"));
    VALUES.put("bytea", List.of("'\\xff'", "'\\x00'", "'\\x'", "'\\x0001'", "NULL"));
    VALUES.put("smallint", List.of("2", "10", "-1", "NULL"));
    VALUES.put("real", List.of("2", "10", "'NaN'", "'-0'", "0", "'-Infinity'", "NULL"));
    VALUES.put("float8", List.of("2", "10", "'NaN'", "'-0'", "0", "'Infinity'", "NULL"));
    VALUES.put("numeric", List.of("2", "10", "'NaN'", "'Infinity'", "-1e-20", "NULL"));
    VALUES.put(
        "date", List.of("'2020-01-02'", "'0010-01-01 BC'", "'infinity'", "'12020-01-01'", "NULL"));
    VALUES.put("time", List.of("'24:00'", "'23:59:59.999999'", "'00:00'", "NULL"));
    VALUES.put("timetz", List.of("'12:00+00'", "'13:00+01'", "'11:00-01'", "'24:00+00'", "NULL"));
    VALUES.put("timestamp", List.of("'2020-01-02'", "'0010-01-01 BC'", "'-infinity'", "NULL"));
    VALUES.put("timestamptz", List.of("'2020-01-02'", "'0010-01-01 BC'", "'infinity'", "NULL"));
    VALUES.put("whole", List.of("2", "10", "-1", "NULL"));
  }

  private static void declare(RoutingConfiguration.Builder tables) {
    for (int i = 0; i < VALUES.size(); i++) {
      tables.sharded("t" + i, "k");
    }
    tables.sharded("noun", "noun");
  }

  @BeforeAll
  static void open() throws SQLException {
    createTables();
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    ShardDataSourceBuilder sharded = ShardDataSource.builder().tables(SortOrderTest::declare);
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    TwinDatabase.Builder both =
        TwinDatabase.builder().single(source(first.primary().jdbcUrl(copy)));
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      routing.shards(shard.name());
      both.shard(shard.name(), source(url));
    }
    declare(routing);
    dataSource = sharded.build();
    twin = both.sharded(dataSource).routing(routing.build()).open();
    fill(source(first.primary().jdbcUrl(copy)));
  }

  private static void createTables() throws SQLException {
    plain.everywhere(
        "CREATE TYPE mood AS ENUM ('zebra', 'ant', 'Bee')",
        "CREATE TYPE pair AS (n int, t text)",
        "CREATE DOMAIN word AS text",
        "CREATE DOMAIN bytes_word AS text COLLATE \"C\"",
        "CREATE DOMAIN whole AS int CHECK (value > -5)");
    int table = 0;
    for (String type : VALUES.keySet()) {
      plain.everywhere("CREATE TABLE t%d (k bigint, v %s)".formatted(table++, type));
    }
    plain.everywhere("CREATE TABLE noun (noun text, n int)");
    plain.close(); // a template has no sessions
  }

  /** Compared at the end, and not after each table. */
  private static void fill(PGSimpleDataSource single) throws SQLException {
    try (Connection one = single.getConnection();
        Connection sharded = dataSource.getConnection();
        Statement onOne = one.createStatement();
        Statement overShards = sharded.createStatement()) {
      int table = 0;
      for (List<String> values : VALUES.values()) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 2 * values.size(); i++) {
          rows.add("(%d, %s)".formatted(i, values.get(i % values.size())));
        }
        String sql = "INSERT INTO t%d VALUES %s".formatted(table++, String.join(", ", rows));
        assertThat(overShards.executeUpdate(sql)).isEqualTo(onOne.executeUpdate(sql));
      }
    }
    twin.execute(
        "INSERT INTO noun VALUES ('b', 1), ('A', 2), ('a', 3), ('B', 4), ('é', 5), ('_x', 6)");
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
    dataSource.close();
  }

  @Test
  void everyTypeSortsAsOnOneServer() throws SQLException {
    List<String> different = new ArrayList<>();
    int table = 0;
    for (String type : VALUES.keySet()) {
      List<String> forms =
          new ArrayList<>(
              List.of(
                  "SELECT v, k FROM %s ORDER BY v, k",
                  "SELECT k FROM %s ORDER BY v DESC, k LIMIT 4",
                  "SELECT DISTINCT v FROM %s ORDER BY v DESC NULLS LAST",
                  "SELECT v::text FROM %s ORDER BY %s.v NULLS FIRST, k LIMIT 5 OFFSET 1",
                  "SELECT v::text::name, k FROM %s ORDER BY v::text::name, k",
                  "SELECT k FROM %s ORDER BY (v::text)::name COLLATE \"C\", k",
                  "SELECT k FROM %s ORDER BY coalesce(v, v), k",
                  "SELECT k FROM %s ORDER BY (SELECT v), k"));
      if (!List.of(
              "pair",
              "\"char\"",
              "tsvector",
              "jsonb",
              "bool",
              "bytea",
              "uuid",
              "macaddr",
              "mood",
              "public.\"date\"")
          .contains(type)) {
        forms.add("SELECT min(v), max(v) FROM %s");
      }
      for (String form : forms) {
        check(form.replace("%s", "t" + table), different);
      }
      table++;
    }
    assertThat(different).isEmpty();
  }

  @LongRun
  @Test
  void everyTypeGroupsAsOnOneServer() throws SQLException {
    List<String> different = new ArrayList<>();
    List<String> types = List.copyOf(VALUES.keySet());
    for (int table = 0; table < types.size(); table++) {
      if (types.get(table).equals("interval")) {
        continue; // equal ones look different, and which of them is shown is anybody's guess
      }
      for (String form :
          List.of(
              "SELECT v, count(*) FROM %s GROUP BY v",
              "SELECT count(*), v, min(k), max(k), sum(k) FROM %s GROUP BY v ORDER BY 1, 3 DESC"
                  + " LIMIT 3",
              "SELECT v AS w, k % 2 AS odd, sum(k::numeric), min(k) AS least FROM %s GROUP BY w,"
                  + " odd ORDER BY least DESC NULLS LAST OFFSET 1",
              "SELECT v, bool_and(k > 3), bool_or(k > 3), count(v) FILTER (WHERE k < 5), min(k)"
                  + " FROM %s GROUP BY 1 ORDER BY bool_or(k > 3), min(k)",
              "SELECT max(k), coalesce(v, v) FROM %s GROUP BY coalesce(v, v), 2 ORDER BY max(k)")) {
        check(form.replace("%s", "t" + table), different);
      }
    }
    assertThat(different).isEmpty();
  }

  @Test
  void aColumnMayHaveTheNameOfItsTable() throws SQLException {
    List<String> different = new ArrayList<>();
    for (String sql :
        List.of(
            "SELECT noun FROM noun ORDER BY noun LIMIT 3",
            "SELECT noun FROM noun ORDER BY noun DESC OFFSET 2",
            "SELECT DISTINCT noun FROM noun ORDER BY noun",
            "SELECT noun, count(*) FROM noun GROUP BY noun ORDER BY noun LIMIT 2",
            "SELECT max(noun) FROM noun",
            "SELECT n, rank() OVER (ORDER BY noun) FROM noun ORDER BY n",
            "SELECT w.noun FROM noun w JOIN noun ON w.n = noun.n + 1 ORDER BY w.noun LIMIT 2")) {
      check(sql, different);
    }
    assertThat(different).isEmpty();
  }

  private static void check(String sql, List<String> different) throws SQLException {
    Verdict outcome = twin.verify(Trial.of(sql));
    if (outcome instanceof Verdict.Different wrong) {
      different.add(wrong.description());
    } else if (outcome instanceof Verdict.Refused refused && !refused.failsOnOne()) {
      different.add(refused.message() + " <- " + sql);
    }
  }
}
