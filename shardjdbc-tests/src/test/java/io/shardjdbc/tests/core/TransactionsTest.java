package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactions in the default mode: many shards may be read, one may be written. */
class TransactionsTest {

  private static final String RENAME = "UPDATE users SET name = ? WHERE user_id = ?";
  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static long here;
  private static long there;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    here = Sample.userOn(dataSource, "s0");
    there = Sample.userOn(dataSource, "s1");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = dataSource.getConnection();
    Sample.update(connection, RENAME, "first", here);
    Sample.update(connection, RENAME, "first", there);
    connection.setAutoCommit(false);
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static String nameOf(long user) throws SQLException {
    return Sample.rows(dataSource, NAME, user).get(0);
  }

  @Test
  void workOnOneShardCommits() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThat(nameOf(here)).isEqualTo("first");
    connection.commit();
    assertThat(nameOf(here)).isEqualTo("second");
  }

  @Test
  void workOnOneShardRollsBack() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    connection.rollback();
    assertThat(nameOf(here)).isEqualTo("first");
  }

  @Test
  void closingTheConnectionRollsBack() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    connection.close();
    assertThat(nameOf(here)).isEqualTo("first");
  }

  @Test
  void turningAutoCommitOnCommits() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    connection.setAutoCommit(true);
    assertThat(nameOf(here)).isEqualTo("second");
  }

  @Test
  void aWriteToASecondShardIsRefusedNamingBoth() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThatThrownBy(() -> Sample.update(connection, RENAME, "second", there))
        .isInstanceOf(SQLNonTransientException.class)
        .hasMessageContaining("SJ0601")
        .hasMessageContaining("shard s0")
        .hasMessageContaining("shard s1");
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
    assertThat(nameOf(here)).isEqualTo("first");
    assertThat(nameOf(there)).isEqualTo("first");
  }

  @Test
  void aWriteOfSeveralShardsIsRefusedAndTakenBack() throws SQLException {
    assertThatThrownBy(() -> Sample.update(connection, "UPDATE users SET age = 100"))
        .hasMessageContaining("SJ0601");
    connection.rollback();
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM users WHERE age = 100"))
        .containsExactly("0");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void otherShardsCanBeReadAndMergedMeanwhile() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThat(Sample.rows(connection, NAME, there)).containsExactly("first");
    assertThat(Sample.rows(connection, "SELECT count(*) FROM users WHERE name = 'second'"))
        .containsExactly("1");
    assertThat(Sample.lent(dataSource)).isEqualTo(3);
    connection.commit();
    assertThat(Sample.lent(dataSource)).isZero();
    assertThat(nameOf(here)).isEqualTo("second");
  }

  @Test
  void aSecondShardIsRefusedAboveReadCommitted() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
    assertThatThrownBy(() -> Sample.rows(connection, NAME, there))
        .isInstanceOf(SQLNonTransientException.class)
        .hasMessageContaining("SJ0602")
        .hasMessageContaining("REPEATABLE READ")
        .hasMessageContaining("s0")
        .hasMessageContaining("s1");
    connection.rollback();
  }

  @Test
  void whatLooksAtNothingBindsNoTransactionToItsShard() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    for (long user : new long[] {here, there}) {
      assertThat(Sample.rows(connection, "SELECT 1")).containsExactly("1");
      assertThat(Sample.rows(connection, "SELECT set_config('app.tenant', ?, true)", "7"))
          .containsExactly("7");
      Savepoint savepoint = connection.setSavepoint();
      assertThat(Sample.rows(connection, NAME, user)).containsExactly("first");
      assertThat(
              Sample.rows(
                  connection,
                  "SELECT current_setting('app.tenant') FROM users WHERE user_id = ?",
                  user))
          .containsExactly("7");
      connection.rollback(savepoint);
      assertThat(Sample.rows(connection, "SHOW transaction_isolation"))
          .containsExactly("repeatable read");
      Sample.update(connection, RENAME, "second", user);
      connection.commit();
      assertThat(nameOf(user)).isEqualTo("second");
    }
    Sample.rows(connection, "SELECT now()");
    Sample.rows(connection, NAME, here);
    assertThatThrownBy(() -> Sample.rows(connection, NAME, there)).hasMessageContaining("SJ0602");
    connection.rollback();
  }

  @Test
  void theLevelThatATransactionSetsForItselfCountsToo() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    }
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
    assertThat(Sample.rows(connection, "SHOW transaction_isolation"))
        .containsExactly("serializable");
    assertThatThrownBy(() -> Sample.rows(connection, NAME, there)).hasMessageContaining("SJ0602");
    connection.rollback();
    assertThat(Sample.rows(connection, "SHOW transaction_isolation"))
        .containsExactly("read committed");
  }

  @Test
  void anErrorOnOneShardAbortsTheTransactionOnAll() throws SQLException {
    Sample.rows(connection, NAME, there);
    assertThatThrownBy(
            () -> Sample.update(connection, "UPDATE users SET age = 1/0 WHERE user_id = ?", here))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("22012"));
    assertThatThrownBy(() -> Sample.rows(connection, NAME, there))
        .hasMessageContaining("shard s0")
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25P02"));
    assertThatThrownBy(() -> Sample.rows(connection, NAME, here))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25P02"));
    connection.rollback();
    assertThat(Sample.rows(connection, NAME, there)).containsExactly("first");
  }

  @Test
  void aCommitAfterAnErrorIsAnErrorAndNothingStands() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThatThrownBy(
        () -> Sample.update(connection, "UPDATE users SET age = 1/0 WHERE user_id = ?", here));
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
    assertThat(nameOf(here)).isEqualTo("first");
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void aCommitAfterAnErrorOnAShardThatWasOnlyReadCommitsNothing() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    assertThatThrownBy(
        () ->
            Sample.rows(connection, "SELECT 1 / (age - age) FROM users WHERE user_id = ?", there));
    assertThatThrownBy(connection::commit)
        .hasMessageContaining("SJ0604")
        .hasMessageContaining("shard s1");
    assertThat(nameOf(here)).isEqualTo("first");
  }

  @Test
  void aCommitAfterAFailedReadInATransactionThatHasOnlyReadLosesNothingAndIsNoError()
      throws SQLException {
    String broken = "SELECT 1 / (age - age) FROM users WHERE user_id = ?";
    Sample.rows(connection, NAME, there);
    assertThatThrownBy(() -> Sample.rows(connection, broken, here)).hasMessageContaining("zero");
    connection.commit();
    assertThat(Sample.lent(dataSource)).isZero();
    String lock = "SELECT age / (age - age) FROM users WHERE user_id = ? FOR UPDATE";
    assertThatThrownBy(() -> Sample.rows(connection, lock, here)).hasMessageContaining("zero");
    connection.setAutoCommit(true);
    connection.setAutoCommit(false);
    Sample.update(connection, RENAME, "second", here);
    connection.commit();
    assertThat(nameOf(here)).isEqualTo("second");
  }

  @Test
  void aCommitAfterAnErrorSaysSoWhereAFunctionMayHaveWrittenBefore() throws SQLException {
    Sample.rows(connection, "SELECT txid_current() > 0 FROM users WHERE user_id = ?", here);
    assertThatThrownBy(
        () -> Sample.rows(connection, "SELECT 1 / (age - age) FROM users WHERE user_id = ?", here));
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
  }

  @Test
  void theIdOfATransactionIsThatOfTheServerWhichWrites() throws SQLException {
    Sample.update(connection, RENAME, "second", there);
    String none = "SELECT pg_current_xact_id_if_assigned() IS NULL";
    assertThat(Sample.rows(connection, none)).containsExactly("f");
  }

  @Test
  void aSavepointIsRolledBackToOnShardsThatJoinedLaterToo() throws SQLException {
    Sample.rows(connection, NAME, there);
    Savepoint savepoint = connection.setSavepoint("before \"it\"");
    Sample.update(connection, RENAME, "second", here);
    connection.rollback(savepoint);
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
    Sample.update(connection, RENAME, "second", there);
    connection.commit();
    assertThat(nameOf(here)).isEqualTo("first");
    assertThat(nameOf(there)).isEqualTo("second");
  }

  @Test
  void aSavepointBringsATransactionBackFromAnError() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    Savepoint savepoint = connection.setSavepoint();
    assertThatThrownBy(
        () -> Sample.update(connection, "UPDATE users SET age = 1/0 WHERE user_id = ?", here));
    connection.rollback(savepoint);
    assertThat(Sample.rows(connection, NAME, there)).containsExactly("first");
    connection.commit();
    assertThat(nameOf(here)).isEqualTo("second");
  }

  @Test
  void aReleasedSavepointIsGone() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    Savepoint outer = connection.setSavepoint("outer");
    Savepoint inner = connection.setSavepoint("inner");
    connection.releaseSavepoint(outer);
    assertThatThrownBy(() -> connection.rollback(inner))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("3B001"));
    connection.rollback();
  }

  @Test
  void aTransactionCanBeWrittenInSql() throws SQLException {
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
      Sample.update(connection, RENAME, "second", here);
      statement.execute("SAVEPOINT a");
      Sample.update(connection, RENAME, "third", here);
      statement.execute("ROLLBACK TO a");
      assertThat(Sample.rows(connection, "SHOW transaction_isolation"))
          .containsExactly("repeatable read");
      assertThat(nameOf(here)).isEqualTo("first");
      statement.execute("COMMIT");
    }
    assertThat(nameOf(here)).isEqualTo("second");
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void aReadOnlyTransactionRefusesWrites() throws SQLException {
    connection.setReadOnly(true);
    assertThatThrownBy(() -> Sample.update(connection, RENAME, "second", here))
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25006"));
    connection.rollback();
    connection.setReadOnly(false);
    assertThat(Sample.update(connection, RENAME, "second", here)).isEqualTo(1);
    connection.rollback();
  }

  @Test
  void commitAndRollbackAreErrorsInAutoCommitMode() throws SQLException {
    connection.setAutoCommit(true);
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0606");
    assertThatThrownBy(connection::rollback).hasMessageContaining("SJ0606");
    assertThatThrownBy(connection::setSavepoint).hasMessageContaining("SJ0606");
  }
}
