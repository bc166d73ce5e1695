package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a transaction when the driver does not take a value. */
class UnsentValuesTest {

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
    connection.setAutoCommit(false);
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  void whatTheDriverRefusesToConvertAbortsNothing() throws SQLException {
    Sample.update(connection, RENAME, "second", here);
    try (PreparedStatement statement = connection.prepareStatement(RENAME)) {
      statement.setObject(1, new Object());
      statement.setLong(2, here);
      assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
    }
    try (PreparedStatement statement = connection.prepareStatement(RENAME)) {
      statement.setNString(1, "third"); // which it does not implement
      statement.setLong(2, here);
      assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
    }
    connection.commit();
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("second");
  }

  @Test
  void aValueThatOneShardIsNotSentAbortsWhatOthersMayHaveDone() throws SQLException {
    connection.unwrap(ShardConnection.class).setLocalTransactionMode(TransactionMode.TWO_PHASE);
    String rename = "UPDATE users SET name = ? WHERE user_id IN (?, ?)";
    String add =
        "INSERT INTO users (user_id, name) VALUES (?, 'x'), (?, ?)"
            + " ON CONFLICT (user_id) DO UPDATE SET name = excluded.name";
    Sample.update(connection, rename, "second", here, there);
    try (PreparedStatement statement = connection.prepareStatement(add)) {
      statement.setLong(1, here);
      statement.setLong(2, there);
      statement.setNString(3, "third");
      assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
    }
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0604");
    assertThat(Sample.rows(connection, NAME, here)).containsExactly("first");
  }
}
