package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** However a parameter is spelled, it is the same one, for SET as for RESET. */
class SettingSpellingsTest {

  private static final String DEFAULTS =
      "SELECT concat_ws(', ', current_setting('default_transaction_isolation'),"
          + " current_setting('default_transaction_read_only'),"
          + " current_setting('default_transaction_deferrable'), current_setting('timezone'),"
          + " current_setting('search_path'), current_user)";

  private static final List<String> SPELLINGS =
      List.of(
          "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
          "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY,"
              + " DEFERRABLE",
          "set session  characteristics as /* or */ transaction not deferrable READ  WRITE",
          "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE, ISOLATION LEVEL REPEATABLE READ"
              + " , READ ONLY",
          "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
          "SET default_transaction_read_only = on",
          "SET SESSION default_transaction_isolation TO 'serializable'",
          "SELECT set_config('default_transaction_deferrable', 'on', false)",
          "SET \"default_transaction_read_only\" TO DEFAULT",
          "RESET default_transaction_read_only",
          "RESET default_transaction_isolation",
          "RESET \"default_transaction_deferrable\"",
          "SET LOCAL default_transaction_read_only = on",
          "SET TIME ZONE 'Asia/Tokyo'",
          "SET timezone = 'UTC'",
          "RESET TIME ZONE",
          "SET SCHEMA 'pg_catalog'",
          "RESET search_path",
          "SET SESSION AUTHORIZATION spelling",
          "SET ROLE spelling",
          "RESET session_authorization",
          "RESET ALL",
          "DISCARD ALL");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).pool(Sample.pool(2)).build();
    for (int shard = 0; shard < 2; shard++) {
      try (Connection server = server(shard)) {
        execute(
            server,
            "DO $$ BEGIN CREATE ROLE spelling SUPERUSER;"
                + " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
      }
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @LongRun
  @Test
  void oneTextBehindAnotherLeavesWhatItLeavesOnOnePostgres() throws SQLException {
    try (Connection one = server(0);
        Connection over = dataSource.getConnection()) {
      for (String first : SPELLINGS) {
        for (String second : SPELLINGS) {
          for (String sql : List.of("DISCARD ALL", first, second)) {
            execute(one, sql);
            execute(over, sql);
          }
          assertAlike(one, over, first + "; " + second);
        }
      }
    }
  }

  @LongRun
  @Test
  void soItDoesInATransactionThatIsRolledBackInPart() throws SQLException {
    try (Connection one = server(0);
        Connection over = dataSource.getConnection()) {
      for (String first : SPELLINGS.subList(0, SPELLINGS.size() - 1)) {
        for (String second : SPELLINGS.subList(0, 12)) {
          for (String sql :
              List.of(
                  "DISCARD ALL",
                  "BEGIN",
                  first,
                  "SAVEPOINT a",
                  second,
                  "ROLLBACK TO SAVEPOINT a",
                  "COMMIT",
                  second)) {
            execute(one, sql);
            execute(over, sql);
          }
          assertAlike(one, over, first + ", in a transaction; " + second);
        }
      }
    }
  }

  private static void assertAlike(Connection one, Connection over, String what)
      throws SQLException {
    List<String> expected = Sample.rows(one, DEFAULTS);
    for (String shard : List.of("s0", "s1")) {
      assertThat(Sample.rows(over, "/* shardjdbc: shard=" + shard + " */ " + DEFAULTS))
          .as(what)
          .isEqualTo(expected);
    }
  }

  private static Connection server(int shard) throws SQLException {
    return DriverManager.getConnection(
        cluster.cluster().shards().get(shard).primary().jdbcUrl(cluster.database()));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
