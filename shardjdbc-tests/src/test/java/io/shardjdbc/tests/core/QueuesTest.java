package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues in tables over shards: workers lock jobs by SKIP LOCKED and LIMIT. */
class QueuesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Jobs.open(cluster);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    Jobs.fill(dataSource);
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(Sample.lent(dataSource)).isZero();
    try (Connection connection = dataSource.getConnection()) {
      assertThat(Jobs.lockable(connection))
          .hasSize(Jobs.count(dataSource, "SELECT count(*) FROM jobs"));
    }
    try (Connection s0 = cluster.connect("s0")) {
      assertThat(Sample.rows(s0, "SELECT count(*) FROM pg_prepared_xacts")).containsExactly("0");
    }
  }

  private static Connection transaction(TransactionMode mode) throws SQLException {
    return Jobs.transaction(dataSource, mode);
  }

  @ParameterizedTest
  @EnumSource(
      value = TransactionMode.class,
      names = {"TWO_PHASE", "BEST_EFFORT"})
  void asManyRowsAreLockedAsAreReturned(TransactionMode mode) throws SQLException {
    for (int limit : List.of(1, 2, 5, 23, 24, 100)) {
      for (String sql : List.of(Jobs.ANY, Jobs.FIRST)) {
        try (Connection connection = transaction(mode);
            Connection other = dataSource.getConnection()) {
          List<Long> locked = Jobs.ids(connection, sql + " SKIP LOCKED", limit);
          assertThat(locked).hasSize(Math.min(limit, Jobs.JOBS)).doesNotHaveDuplicates();
          if (sql.equals(Jobs.FIRST)) {
            assertThat(locked).isEqualTo(Jobs.all().subList(0, locked.size()));
          }
          assertThat(Jobs.lockable(other)).isEqualTo(Jobs.without(locked));
          connection.rollback();
          assertThat(Jobs.lockable(other)).isEqualTo(Jobs.all());
        }
      }
    }
  }

  @Test
  void whatAnotherHasLockedIsPassedOver() throws SQLException {
    try (Connection first = transaction(TransactionMode.TWO_PHASE);
        Connection second = transaction(TransactionMode.TWO_PHASE);
        Connection third = dataSource.getConnection()) {
      assertThat(Jobs.ids(first, Jobs.FIRST + " SKIP LOCKED", 3)).containsExactly(1L, 2L, 3L);
      assertThat(Jobs.ids(second, Jobs.FIRST + " OF jobs SKIP LOCKED", 3))
          .containsExactly(4L, 5L, 6L);
      assertThat(
              Jobs.ids(third, Jobs.FIRST.replace("id LIMIT", "id DESC LIMIT") + " SKIP LOCKED", 2))
          .containsExactly(24L, 23L);
      first.rollback();
      assertThat(Jobs.ids(third, Jobs.FIRST + " SKIP LOCKED", 4)).containsExactly(1L, 2L, 3L, 7L);
      second.commit();
    }
  }

  @Test
  void rowsOfOffsetAreLockedAndNotReturned() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE);
        Connection other = dataSource.getConnection()) {
      String sql = Jobs.FIRST.replace("LIMIT ?", "LIMIT ? OFFSET 2") + " SKIP LOCKED";
      assertThat(Jobs.ids(connection, sql, 3)).containsExactly(3L, 4L, 5L);
      assertThat(Jobs.lockable(other)).isEqualTo(Jobs.without(List.of(1L, 2L, 3L, 4L, 5L)));
      connection.rollback();
      assertThat(
              Jobs.ids(
                  connection, Jobs.ANY.replace("LIMIT ?", "LIMIT ? OFFSET 2") + " SKIP LOCKED", 3))
          .hasSize(3);
      assertThat(Jobs.lockable(other)).hasSize(Jobs.JOBS - 5);
      connection.rollback();
    }
  }

  @Test
  void aColumnThatIsNotReturnedMaySort() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE)) {
      String sql =
          "SELECT state, owner FROM jobs ORDER BY -id LIMIT 2 FOR NO KEY UPDATE SKIP LOCKED";
      assertThat(Sample.rows(connection, sql)).containsExactly("new,168", "new,161");
      connection.rollback();
      assertThat(Sample.rows(connection, sql.replace("-id", "id").replace("LIMIT 2", "LIMIT 1")))
          .containsExactly("new,7");
      connection.rollback();
    }
  }

  @Test
  void aTransactionOfOneShardTakesRowsOfOneShard() throws SQLException {
    for (String sql : List.of(Jobs.ANY, Jobs.FIRST)) {
      List<Long> all = new ArrayList<>();
      while (true) {
        try (Connection connection = transaction(TransactionMode.SINGLE_SHARD)) {
          List<Long> locked = Jobs.ids(connection, sql + " SKIP LOCKED", 5);
          if (locked.isEmpty()) {
            break;
          }
          all.addAll(locked);
          try (PreparedStatement update =
              connection.prepareStatement("UPDATE jobs SET state = 'done' WHERE id = ?")) {
            for (long id : locked) {
              update.setLong(1, id);
              assertThat(update.executeUpdate()).isEqualTo(1);
            }
          }
          connection.commit();
        }
      }
      assertThat(all).containsExactlyInAnyOrderElementsOf(Jobs.all());
      Sample.execute(dataSource, "UPDATE jobs SET state = 'new'");
    }
  }

  @Test
  void theFirstRowOfAllIsLockedInEveryMode() throws SQLException {
    for (TransactionMode mode : TransactionMode.values()) {
      try (Connection connection = transaction(mode);
          Connection other = dataSource.getConnection()) {
        assertThat(Jobs.ids(connection, Jobs.FIRST + " SKIP LOCKED", 1)).containsExactly(1L);
        assertThat(Jobs.lockable(other)).isEqualTo(Jobs.without(List.of(1L)));
        connection.rollback();
      }
    }
  }

  @Test
  void oneSnapshotLocksOnOneShard() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      int locked = 0;
      for (int i = 0; i < 3; i++) {
        List<Long> ids = Jobs.ids(connection, Jobs.ANY + " SKIP LOCKED", 100);
        locked += ids.size();
        assertThat(ids).isNotEmpty();
        try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM jobs WHERE owner = ?")) {
          for (long id : ids) {
            delete.setLong(1, id * 7);
            delete.executeUpdate();
          }
        }
        connection.commit();
      }
      assertThat(locked).isEqualTo(Jobs.JOBS);
      assertThat(Jobs.ids(connection, Jobs.ANY + " SKIP LOCKED", 100)).isEmpty();
      connection.rollback();
    }
  }

  @Test
  void plainStatementsAndOptionsCount() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE);
        Connection other = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setMaxRows(2);
      statement.setFetchSize(1);
      for (String sql : List.of(Jobs.ANY, Jobs.FIRST)) {
        List<Long> locked = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql.replace("?", "7") + " SKIP LOCKED;")) {
          while (rows.next()) {
            locked.add(rows.getLong("id"));
          }
        }
        assertThat(locked).hasSize(2);
        assertThat(Jobs.lockable(other)).isEqualTo(Jobs.without(locked));
        connection.rollback();
      }
    }
  }

  @Test
  void shardsWithoutRowsHaveNoPartInTheTransaction() throws SQLException {
    Sample.execute(dataSource, "DELETE FROM jobs WHERE id > 1");
    for (String sql : List.of(Jobs.ANY, Jobs.FIRST)) {
      try (Connection connection = transaction(TransactionMode.SINGLE_SHARD)) {
        assertThat(Jobs.ids(connection, sql + " SKIP LOCKED", 5)).containsExactly(1L);
        assertThat(Sample.lent(dataSource)).isEqualTo(1);
        connection.commit();
        assertThat(Jobs.ids(connection, sql.replace("'new'", "'old'") + " SKIP LOCKED", 5))
            .isEmpty();
        assertThat(Sample.lent(dataSource)).isZero();
        connection.commit();
      }
    }
  }

  @Test
  void savepointsOfTheCallerHold() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE);
        Connection other = dataSource.getConnection()) {
      assertThat(Jobs.ids(connection, Jobs.FIRST + " SKIP LOCKED", 1)).containsExactly(1L);
      var before = connection.setSavepoint("mine");
      assertThat(
              Jobs.ids(
                  connection, Jobs.FIRST.replace("'new'", "'new' AND id > 1") + " SKIP LOCKED", 2))
          .containsExactly(2L, 3L);
      connection.rollback(before);
      assertThat(Jobs.lockable(other)).isEqualTo(Jobs.without(List.of(1L)));
      connection.commit();
    }
  }

  @Test
  void aLimitWithoutSkipLockedIsRefused() throws SQLException {
    try (Connection connection = transaction(TransactionMode.TWO_PHASE)) {
      assertThatThrownBy(() -> Jobs.ids(connection, Jobs.FIRST, 1)).hasMessageContaining("SJ0303");
      connection.rollback();
    }
  }
}
