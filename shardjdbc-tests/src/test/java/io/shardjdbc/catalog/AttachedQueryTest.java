package io.shardjdbc.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is attached to a table while others take it away. */
class AttachedQueryTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder());

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** An old snapshot shows the trigger for ever; so does a new one for a moment. */
  @Test
  void aTriggerWhoseFunctionHasGoneIsNoTrigger() throws SQLException {
    try (Connection reading = cluster.connect("s0");
        Connection other = cluster.connect("s0")) {
      execute(other, "CREATE TABLE watched (k int)");
      execute(
          other,
          "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
      execute(
          other,
          "CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION watch()");
      reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      reading.setAutoCommit(false);
      assertThat(AttachedQuery.read(reading, "watched").orElseThrow()).hasSize(1);

      execute(other, "DROP TRIGGER watch ON watched");
      execute(other, "DROP FUNCTION watch()");
      assertThatThrownBy(() -> AttachedQuery.read(reading, "watched"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
      reading.rollback();
      assertThat(AttachedQuery.read(reading, "watched").orElseThrow()).isEmpty();
      reading.rollback();
    }
  }
}
