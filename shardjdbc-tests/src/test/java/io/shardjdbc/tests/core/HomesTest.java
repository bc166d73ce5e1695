package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Advisory locks and channels, each of which has one home among the shards. */
class HomesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void whoLocksOneNumberMeetsTheOthersWhateverElseTheyDo() throws SQLException {
    for (long number : new long[] {1, 2, 3, 4, 5, -7, 1L << 40}) {
      try (Connection one = dataSource.getConnection();
          Connection other = dataSource.getConnection()) {
        one.setAutoCommit(false);
        other.setAutoCommit(false);
        Sample.rows(one, "SELECT name FROM users WHERE user_id = 1");
        Sample.rows(other, "SELECT name FROM users WHERE user_id = 2");
        Sample.rows(one, "SELECT pg_advisory_xact_lock(?)", number);
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(?::bigint)", number))
            .containsExactly("f");
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(" + number + ")"))
            .containsExactly("f");
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock_shared(" + number + ")"))
            .containsExactly("f");
        one.rollback();
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(?)", number))
            .containsExactly("t");
        other.rollback();
      }
    }
  }

  @Test
  void locksByTwoNumbersAndByHashesOfTextsHaveOneHomeToo() throws SQLException {
    try (Connection one = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      one.setAutoCommit(false);
      Sample.rows(one, "SELECT pg_advisory_xact_lock(hashtext(?))", "job");
      Sample.rows(one, "SELECT pg_advisory_xact_lock(3, ?)", 4);
      int hash = Integer.parseInt(Sample.rows(other, "SELECT hashtext('job')").get(0));
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(?)", hash))
          .containsExactly("f");
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(hashtext('job'))"))
          .containsExactly("f");
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(3, 4)")).containsExactly("f");
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_xact_lock(4, 3)")).containsExactly("t");
      one.rollback();
    }
  }

  @Test
  void locksOfDifferentNumbersAreSpreadOverTheShards() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      for (int number = 100; number < 130; number++) {
        Sample.rows(connection, "SELECT pg_advisory_xact_lock(?)", number);
      }
      List<String> held = new ArrayList<>();
      for (String shard : List.of("s0", "s1", "s2")) {
        try (Connection aside = cluster.connect(shard)) {
          held.addAll(
              Sample.rows(
                  aside,
                  "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND database ="
                      + " (SELECT oid FROM pg_database WHERE datname = current_database())"));
          assertThat(held).isNotEmpty();
        }
      }
      assertThat(held).hasSize(30).doesNotHaveDuplicates();
    }
  }

  @Test
  void aLockOfTheSessionIsKeptInAutoCommitModeUntilItIsGivenBack() throws SQLException {
    try (Connection one = dataSource.getConnection();
        Connection other = dataSource.getConnection()) {
      assertThat(Sample.rows(one, "SELECT pg_try_advisory_lock(?)", 77L)).containsExactly("t");
      Sample.rows(one, "SELECT count(*) FROM users");
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_lock(77)")).containsExactly("f");
      assertThat(Sample.rows(one, "SELECT pg_advisory_unlock(77)")).containsExactly("t");
      assertThat(Sample.rows(other, "SELECT pg_try_advisory_lock(77)")).containsExactly("t");
      Sample.rows(other, "SELECT pg_advisory_lock(78)");
      Sample.rows(other, "SELECT pg_advisory_lock_shared(79)");
      Sample.rows(other, "SELECT pg_advisory_unlock_all()");
      for (int number = 77; number < 80; number++) {
        assertThat(Sample.rows(one, "SELECT pg_try_advisory_lock(?)", number)).containsExactly("t");
      }
    }
    try (Connection next = dataSource.getConnection()) {
      assertThat(Sample.rows(next, "SELECT pg_try_advisory_lock(77)")).containsExactly("t");
    }
  }

  @Test
  void aLockOfTheSessionIsTakenInATransactionThatWritesElsewhere() throws SQLException {
    for (int user = 1; user <= 6; user++) {
      try (Connection one = dataSource.getConnection();
          Connection other = dataSource.getConnection()) {
        one.setAutoCommit(false);
        Sample.update(one, "UPDATE users SET age = age WHERE user_id = ?", (long) user);
        Sample.rows(one, "SELECT pg_advisory_lock(5)");
        Sample.rows(one, "SELECT pg_advisory_xact_lock(6)");
        one.commit();
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_lock(5)")).containsExactly("f");
        assertThat(Sample.rows(other, "SELECT pg_try_advisory_lock(6)")).containsExactly("t");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_advisory_xact_lock(user_id) FROM users WHERE user_id = 1",
        "SELECT pg_advisory_xact_lock(1), name FROM users WHERE user_id = 1",
        "SELECT pg_try_advisory_lock(1) FROM users WHERE user_id = 1",
        "UPDATE users SET age = 1 WHERE user_id = 1 AND pg_try_advisory_xact_lock(1)",
        "WITH l AS (SELECT pg_advisory_xact_lock(9)) SELECT name FROM users, l WHERE user_id = 1",
        "SELECT pg_advisory_xact_lock(g) FROM generate_series(1, 9) g",
        "SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock(2), pg_advisory_xact_lock(3),"
            + " pg_advisory_xact_lock(4)",
        "SELECT pg_notify('c', name) FROM users WHERE user_id = 1",
        "SELECT pg_notify(name, 'x') FROM users",
        "INSERT INTO users (user_id, name) VALUES (99, (SELECT pg_notify('c', 'x')::text))",
      })
  void aLockOrAChannelOfWhichTheHomeIsNotKnownIsRefused(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> Sample.rows(connection, sql)).hasMessageStartingWith("SJ0346");
    }
  }

  @Test
  void whoListensToAChannelHearsAllWhoNotify() throws SQLException {
    for (String channel : List.of("a", "b", "c", "Some")) {
      try (Connection listener = dataSource.getConnection();
          Connection speaker = dataSource.getConnection();
          Statement statement = listener.createStatement();
          Statement speech = speaker.createStatement()) {
        statement.execute("LISTEN \"" + channel + "\"");
        Sample.rows(speaker, "SELECT pg_notify(?, 'one')", channel);
        speech.execute("NOTIFY \"" + channel + "\", 'two'");
        speaker.setAutoCommit(false);
        Sample.update(speaker, "UPDATE users SET age = age WHERE user_id = 1");
        Sample.rows(speaker, "SELECT pg_notify('" + channel + "', 'three')");
        speaker.commit();
        PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(5_000);
        List<String> all = new ArrayList<>();
        while (heard != null && heard.length > 0) {
          for (PGNotification notification : heard) {
            all.add(notification.getParameter());
          }
          heard =
              all.size() < 3
                  ? listener.unwrap(PGConnection.class).getNotifications(5_000)
                  : new PGNotification[0];
        }
        assertThat(all).containsExactly("one", "two", "three");
        statement.execute("UNLISTEN *");
      }
    }
  }

  @Test
  void explainAnalyzeOfAWriteToCopiesIsRefusedAndExplainIsNot() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      String write = "INSERT INTO countries VALUES ('xx', 'Nowhere')";
      assertThat(Sample.rows(connection, "EXPLAIN " + write)).isNotEmpty();
      for (String explain :
          List.of("EXPLAIN ANALYZE ", "EXPLAIN (ANALYZE) ", "EXPLAIN (COSTS OFF, ANALYZE true) ")) {
        assertThatThrownBy(() -> Sample.rows(connection, explain + write))
            .hasMessageStartingWith("SJ0312");
      }
      assertThat(Sample.rows(connection, "SELECT count(*) FROM countries")).containsExactly("0");
    }
  }
}
