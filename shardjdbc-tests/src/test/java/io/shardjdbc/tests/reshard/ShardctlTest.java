package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ctl.Shardctl;
import io.shardjdbc.testkit.ClusterExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Shards come and go by the commands of whoever runs them. */
class ShardctlTest {
  private static final int USERS = 600;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @TempDir static Path directory;

  private Path two = Path.of("two");
  private Path three = Path.of("three");

  @BeforeEach
  void createTables() throws SQLException, IOException {
    for (String shard : List.of("s0", "s1", "s2")) {
      run(
          shard,
          "DROP SCHEMA IF EXISTS shardjdbc CASCADE",
          "DROP TABLE IF EXISTS users",
          "CREATE TABLE users (id bigint PRIMARY KEY, name text)");
    }
    String all = CLUSTER.shardsYaml();
    String tables = "tables:\n  users: {key: id}\n";
    three = Files.writeString(directory.resolve("three.yaml"), all + tables);
    two =
        Files.writeString(
            directory.resolve("two.yaml"), all.substring(0, all.indexOf("  s2:")) + tables);
  }

  @Test
  void aShardJoinsIsUsedAndGivesAKeyBack() throws SQLException {
    assertThat(shardctl(two, "init")).contains("tables under the map: users");
    fill();
    assertThat(shardctl(three, "add", "s2", "--dry-run"))
        .contains("14.02", "19.32")
        .doesNotContain("users_pkey")
        .contains("max_slot_wal_keep_size of s0 is unlimited");
    assertThat(shardctl(three, "map")).doesNotContain("s2");

    assertThat(shardctl(three, "add", "s2")).contains("the owner changes", "has its part");
    assertThat(count("s2")).isBetween(USERS / 6L, USERS / 2L);
    assertThat(count("s0") + count("s1") + count("s2")).isEqualTo(USERS);
    assertThat(shardctl(three, "audit")).contains("each row is where it belongs");
    assertThat(shardctl(three, "add", "s2")).doesNotContain("move");

    long moved = key("s2");
    assertThat(shardctl(three, "move", "users", String.valueOf(moved), "s0"))
        .contains("is settled: finish it, or take it back");
    assertThat(shardctl(three, "status", "--json")).contains("\"step\": \"SETTLED\"");
    assertThat(shardctl(three, "verify", "3")).contains("equal");
    assertThat(shardctl(three, "rollback", "3")).contains("done");
    assertThat(key("s2")).isEqualTo(moved);
    assertThat(shardctl(three, "move", "users", String.valueOf(moved), "s2"))
        .contains("it is there");
  }

  @Test
  void whatLiesElsewhereIsFoundAndWhatCannotBeIsRefused() throws SQLException {
    assertThat(fails(two, "map")).contains("SJ0903");
    shardctl(two, "init");
    fill();
    run("s0", "INSERT INTO users SELECT " + key("s1") + ", 'misplaced'");

    assertThat(fails(two, "audit")).contains("s0     users  1");
    assertThat(fails(two, "remove", "s1")).contains("SJ0905", "records of the library");
    assertThat(fails(two, "abort", "7", "--json")).contains("\"code\": \"SJ0909\"");
    assertThat(fails(two, "split", "s0", "s9")).contains("there is no shard s9");
    assertThat(fails(two, "move", "nothing", "1", "s0")).contains("SJ0905");
    assertThat(shardctl(two, "processes")).contains("no process goes by the map");
  }

  private void fill() throws SQLException {
    for (String shard : List.of("s0", "s1")) {
      List<String> positions =
          rows(
              shard,
              "SELECT split_part(line, E'\\t', 4) FROM shardjdbc.map,"
                  + " regexp_split_to_table(document, '\\n') line"
                  + " WHERE line LIKE E'owns\\tusers\\t"
                  + shard
                  + "\\t%'");
      run(
          shard,
          "INSERT INTO users SELECT g, 'user' FROM generate_series(1, %d) g WHERE".formatted(USERS)
              + " '%s'::int8multirange @> hashint8extended(g, 0)".formatted(positions.get(0)));
    }
  }

  private String shardctl(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    int code = run(configuration, out, args);
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  private String fails(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    assertThat(run(configuration, out, args)).isEqualTo(1);
    return out.toString();
  }

  private static int run(Path configuration, StringWriter out, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--config");
    all.add(configuration.toString());
    PrintWriter writer = new PrintWriter(out, true);
    return Shardctl.run(writer, writer, all.toArray(String[]::new));
  }

  private long count(String shard) throws SQLException {
    return Long.parseLong(rows(shard, "SELECT count(*) FROM users").get(0));
  }

  private long key(String shard) throws SQLException {
    return Long.parseLong(rows(shard, "SELECT min(id) FROM users").get(0));
  }

  private static void run(String shard, String... statements) throws SQLException {
    try (Connection connection = CLUSTER.connect(shard);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> rows(String shard, String sql) throws SQLException {
    try (Connection connection = CLUSTER.connect(shard);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }
}
