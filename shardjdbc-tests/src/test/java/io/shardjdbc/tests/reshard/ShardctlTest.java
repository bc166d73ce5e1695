package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
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

  @RegisterExtension
  final CtlShards shards = new CtlShards(CLUSTER, directory, "tables:\n  users: {key: id}\n");

  private Path two = Path.of("two");
  private Path three = Path.of("three");

  @BeforeEach
  void createTables() throws SQLException, IOException {
    shards.create("users (id bigint PRIMARY KEY, name text)");
    three = shards.first(3);
    two = shards.first(2);
  }

  @LongRun
  @Test
  void aShardJoinsIsUsedAndGivesAKeyBack() throws SQLException {
    assertThat(shards.done(two, "init")).contains("tables under the map: users");
    shards.fillUsers(USERS);
    assertThat(shards.done(three, "add", "s2", "--dry-run"))
        .contains("14.02", "19.32")
        .doesNotContain("users_pkey")
        .contains("max_slot_wal_keep_size of s0 is unlimited");
    assertThat(shards.done(three, "map")).doesNotContain("s2");

    assertThat(shards.done(three, "add", "s2"))
        .contains(
            "the owner changes", "has its part", "[########################] 100 %", "rows/s");
    assertThat(shards.count("s2", "users")).isBetween(USERS / 6L, USERS / 2L);
    assertThat(
            shards.count("s0", "users") + shards.count("s1", "users") + shards.count("s2", "users"))
        .isEqualTo(USERS);
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
    assertThat(shards.done(three, "add", "s2")).doesNotContain("move");

    long moved = key("s2");
    assertThat(shards.done(three, "move", "users", String.valueOf(moved), "s0"))
        .contains("is settled: finish it, or take it back");
    assertThat(shards.done(three, "status", "--json")).contains("\"step\": \"SETTLED\"");
    assertThat(shards.done(three, "verify", "3")).contains("equal");
    assertThat(shards.done(three, "rollback", "3")).contains("done");
    assertThat(key("s2")).isEqualTo(moved);
    assertThat(shards.done(three, "move", "users", String.valueOf(moved), "s2"))
        .contains("it is there");

    String way = "--strategy=read-through";
    assertThat(shards.done(three, "move", "users", String.valueOf(moved), "s0", way))
        .contains("rows come, key by key", "is settled: finish it")
        .doesNotContain("take it back");
    assertThat(shards.fails(three, "rollback", "3")).contains("SJ0908", "by another move");
    assertThat(shards.done(three, "finish", "3")).contains("done");
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
    assertThat(key("s2")).isNotEqualTo(moved);
  }

  @Test
  void whatLiesElsewhereIsFoundAndWhatCannotBeIsRefused() throws SQLException {
    assertThat(shards.fails(two, "map")).contains("SJ0903");
    shards.done(two, "init");
    shards.fillUsers(USERS);
    shards.run("s0", "INSERT INTO users SELECT " + key("s1") + ", 'misplaced'");

    assertThat(shards.fails(two, "audit")).contains("s0     users  1");
    assertThat(shards.fails(two, "abort", "7", "--json")).contains("\"code\": \"SJ0909\"");
    assertThat(shards.fails(two, "split", "s0", "s9")).contains("there is no shard s9");
    assertThat(shards.fails(two, "move", "nothing", "1", "s0")).contains("SJ0905");
    assertThat(shards.done(two, "processes")).contains("no process goes by the map");
  }

  @Test
  void whatBelongsToNoMoveIsShownAndRemovedWhereThatIsWanted() throws SQLException {
    shards.done(two, "init");
    assertThat(shards.done(two, "clean")).contains("nothing was left by moves");
    String name = "shardjdbc_00000000_m7_back";
    shards.run("s0", "SELECT pg_create_logical_replication_slot('" + name + "', 'pgoutput')");
    shards.run("s1", "CREATE PUBLICATION " + name + " FOR TABLE users");

    assertThat(shards.done(two, "status"))
        .contains("s0     slot         " + name, "s1     publication  " + name, "clean --apply");
    assertThat(shards.done(two, "clean")).contains("publication  " + name, "clean --apply");
    assertThat(shards.done(two, "clean", "--apply"))
        .contains("true     slot " + name + " on s0", "true     publication " + name + " on s1");
    assertThat(shards.done(two, "status")).doesNotContain(name);
  }

  @LongRun
  @Test
  void whatLiesElsewhereIsBroughtHomeUnlessAnotherRowIsThere() throws SQLException {
    shards.done(two, "init");
    shards.fillUsers(USERS);
    long moved = key("s1");
    shards.run("s0", "INSERT INTO users VALUES (%d, 'user')".formatted(moved));
    shards.run("s1", "DELETE FROM users WHERE id = " + moved);
    long twice = key("s1");
    shards.run("s0", "INSERT INTO users VALUES (%d, 'user')".formatted(twice));

    assertThat(shards.done(two, "repair")).contains("s0     users  2", "repair --apply");
    assertThat(shards.fails(two, "audit")).contains("s0     users  2");
    assertThat(shards.done(two, "repair", "--apply")).contains("2 rows of users from s0 to s1");
    assertThat(shards.done(two, "audit")).contains("each row is where it belongs");
    assertThat(key("s1")).isEqualTo(moved);
    assertThat(shards.count("s0", "users") + shards.count("s1", "users")).isEqualTo(USERS);

    shards.run("s0", "INSERT INTO users VALUES (%d, 'another')".formatted(moved));
    assertThat(shards.fails(two, "repair", "--apply")).contains("s1 has others for 1 of them");
    assertThat(shards.rows("s1", "SELECT name FROM users WHERE id = " + moved))
        .containsExactly("user");
    assertThat(shards.fails(two, "audit")).contains("s0     users  1");
  }

  @LongRun
  @Test
  void ownersChangeInTheirTimeOnlyAndShardsWeighWhatTheyAreTo() throws Exception {
    shards.done(two, "init");
    shards.fillUsers(USERS);
    assertThat(shards.fails(two, "weights", "s0=3", "--between", "two")).contains("02:00-05:00");
    assertThat(shards.fails(two, "weights", "s0=0")).contains("above zero");
    assertThat(shards.done(two, "weights", "s0=3", "--dry-run")).contains("s1", "s0");

    assertThat(shards.fails(two, "weights", "--rate", "-1")).contains("are not below");
    String[] paced = {
      "weights", "s0=3", "--strategy", "double-write", "--rate", "100000", "--max-lag", "100000000"
    };
    String tomorrow = OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).toString();
    try (CtlShards.Running waiting = shards.start(two, with(paced, "--not-before", tomorrow))) {
      waiting.awaitSaid("not yet: the owner changes not before");
      assertThat(shards.rows("s1", "SELECT phase FROM shardjdbc.move WHERE role = 'source'"))
          .containsExactly("outgoing");
    }
    assertThat(shards.done(two, paced)).contains("each shard has its part");
    assertThat(shards.count("s0", "users")).isBetween(USERS * 65L / 100, USERS * 85L / 100);
    assertThat(shards.done(two, "audit")).contains("each row is where it belongs");
  }

  @LongRun
  @Test
  void aShardThatHasTooMuchIsProposedForASplitAndSplitWhereThatIsWanted() throws SQLException {
    shards.done(two, "init");
    shards.fillUsers(USERS);
    String[] watch = {
      "autosplit", "--sustained", "0", "--cool-down", "0", "--every", "1", "--once", "--bytes"
    };
    assertThat(shards.fails(three, with(watch, "-1"))).contains("not below");
    assertThat(shards.done(three, with(watch, "1000"))).contains("s2");
    assertThat(shards.done(three, with(watch, "1000", "--dry-run"))).contains("percent", "rows");
    assertThat(shards.done(three, "map")).doesNotContain("s2");

    assertThat(shards.done(three, with(watch, "1000", "--apply", "--strategy", "double-write")))
        .contains("is on s2");
    assertThat(shards.count("s2", "users")).isBetween(USERS / 8L, USERS * 3L / 8);
    assertThat(shards.done(three, "audit")).contains("each row is where it belongs");
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
  }

  private long key(String shard) throws SQLException {
    return Long.parseLong(shards.rows(shard, "SELECT min(id) FROM users").get(0));
  }
}
