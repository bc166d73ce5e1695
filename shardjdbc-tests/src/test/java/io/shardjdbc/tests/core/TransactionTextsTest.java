package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that are begun, chained and ended by texts, as one server has them. */
class TransactionTextsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    Sample.execute(dataSource, "CREATE SCHEMA app");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = dataSource.getConnection();
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> rows(String sql) throws SQLException {
    return Sample.rows(connection, sql);
  }

  @Test
  void aChainedTransactionIsAsTheOneBefore() throws SQLException {
    run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    run("COMMIT AND CHAIN");
    assertThat(rows("SHOW transaction_isolation")).containsExactly("repeatable read");
    assertThat(rows("SHOW transaction_read_only")).containsExactly("on");
    run("ROLLBACK AND CHAIN");
    assertThat(rows("SHOW transaction_isolation")).containsExactly("repeatable read");
    run("COMMIT AND NO CHAIN");
    assertThat(rows("SHOW transaction_isolation")).containsExactly("read committed");
  }

  @Test
  void aChainCommitsOrRollsBackWhatCameBefore() throws SQLException {
    run("BEGIN");
    run("UPDATE users SET age = 71 WHERE user_id = 1");
    run("COMMIT AND CHAIN");
    run("UPDATE users SET age = 72 WHERE user_id = 1");
    run("ROLLBACK AND CHAIN");
    assertThat(rows("SELECT age FROM users WHERE user_id = 1")).containsExactly("71");
    run("UPDATE users SET age = 73 WHERE user_id = 1");
    connection.close();
    connection = dataSource.getConnection();
    assertThat(rows("SELECT age FROM users WHERE user_id = 1")).containsExactly("71");
  }

  /** JDBC has it do nothing where auto-commit is on already, as in what a text has begun. */
  @Test
  void autoCommitThatIsOnAlreadyEndsNothing() throws SQLException {
    run("BEGIN");
    run("UPDATE users SET age = 75 WHERE user_id = 3");
    connection.setAutoCommit(true);
    run("ROLLBACK");
    assertThat(rows("SELECT age FROM users WHERE user_id = 3")).containsExactly("3");
  }

  @Test
  void aChainedTransactionHasBegun() throws SQLException {
    connection.setAutoCommit(false);
    run("COMMIT AND CHAIN");
    assertThatThrownBy(() -> connection.setReadOnly(true))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("25001");
  }

  @Test
  void anAbortedTransactionCanBeChained() throws SQLException {
    connection.setAutoCommit(false);
    run("SET TRANSACTION READ ONLY");
    assertThatThrownBy(() -> run("SELECT 1 / 0")).hasMessageContaining("division by zero");
    run("ROLLBACK AND CHAIN");
    assertThat(rows("SHOW transaction_read_only")).containsExactly("off");
  }

  /** What came over by a chain is no longer something that the aborted transaction has set. */
  @Test
  void anAbortedTransactionOfAChainIsFollowedByOneLikeIt() throws SQLException {
    run("BEGIN READ ONLY");
    run("COMMIT AND CHAIN");
    run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    assertThatThrownBy(() -> run("SELECT 1 / 0")).hasMessageContaining("division by zero");
    run("ROLLBACK AND CHAIN");
    assertThat(rows("SHOW transaction_read_only")).containsExactly("on");
    assertThat(rows("SHOW transaction_isolation")).containsExactly("read committed");
    run("ROLLBACK");
  }

  @Test
  void withoutATransactionThereIsNoChain() {
    assertThatThrownBy(() -> run("COMMIT AND CHAIN"))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("25P01");
  }

  @Test
  void theSchemaIsTheOneThatWasSetLocally() throws SQLException {
    run("BEGIN");
    run("SET LOCAL search_path = app, public");
    assertThat(connection.getSchema()).isEqualTo("app");
    run("COMMIT");
    assertThat(connection.getSchema()).isEqualTo("public");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE users SET age = 90 WHERE user_id = 2; SAVEPOINT a",
        "SAVEPOINT a; UPDATE users SET age = 90 WHERE user_id = 2; COMMIT",
        "UPDATE users SET age = 90 WHERE user_id = 2; SAVEPOINT a; ROLLBACK TO a",
        "UPDATE users SET age = 90 WHERE user_id = 2; RELEASE a"
      })
  void aTextOfSeveralStatementsHasNoSavepoints(String sql) throws SQLException {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isIn("25P01", "3B001");
    assertThat(rows("SELECT age FROM users WHERE user_id = 2")).doesNotContain("90");
  }

  @Test
  void whatATransactionIsCannotBeSetBehindBegin() throws SQLException {
    run("BEGIN");
    for (Executable change :
        List.<Executable>of(
            () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            () -> connection.setReadOnly(true))) {
      assertThatThrownBy(change::execute)
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("25001");
    }
    run("ROLLBACK");
    connection.setReadOnly(true);
    connection.setReadOnly(false);
  }

  @Test
  void rowsOfATextOfSeveralOutliveIt() throws SQLException {
    String urlOption = "defaultRowFetchSize=2";
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.reference("countries"));
    cluster
        .primaryUrls()
        .forEach(
            (name, url) -> builder.shard(name, url + (url.contains("?") ? "&" : "?") + urlOption));
    try (ShardDataSource inPortions = builder.build();
        Connection other = inPortions.getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT 1; SELECT * FROM generate_series(1, 9); SET work_mem = '3MB'");
      statement.getMoreResults();
      assertThat(Sample.rows(statement.getResultSet())).hasSize(9);
    }
  }

  @Test
  void inATransactionOfTheCallersItHas() throws SQLException {
    run("BEGIN; SAVEPOINT a; UPDATE users SET age = 91 WHERE user_id = 2; ROLLBACK TO a; COMMIT");
    assertThat(rows("SELECT age FROM users WHERE user_id = 2")).doesNotContain("91");
  }
}
