package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a batch over shards, of which servers get many in one statement where none can tell. */
class RowsAtOnceTest {

  private static final String INSERT =
      "INSERT INTO notes (user_id, note_id, body, answers) VALUES (?, ?, ?, ?)";
  private static final String TABLE =
      "CREATE TABLE notes (user_id bigint, note_id bigint, body text, answers bigint,"
          + " PRIMARY KEY (user_id, note_id))";
  private static final String ANSWERS =
      "ALTER TABLE notes ADD FOREIGN KEY (user_id, answers) REFERENCES notes (user_id, note_id)";
  private static final int ROWS = 300;
  private static final int AT_ONCE = 32;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    for (String sql :
        List.of(
            "CREATE FUNCTION plain(text) RETURNS boolean LANGUAGE sql IMMUTABLE"
                + " AS 'SELECT $1 IS NOT NULL'",
            "CREATE DOMAIN words AS text CHECK (VALUE > '')",
            "CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql"
                + " AS 'BEGIN NEW.body := btrim(NEW.body); RETURN NEW; END'")) {
      everywhere(sql);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    everywhere("DROP FUNCTION plain, trimmed; DROP DOMAIN words");
  }

  @AfterEach
  void drop() throws SQLException {
    dataSource.close();
    everywhere("DROP TABLE notes CASCADE");
  }

  /** Makes the table, and more of it, before a DataSource looks at it. */
  private static void create(String more) throws SQLException {
    everywhere(TABLE + "; " + more);
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.BEST_EFFORT)
            .tables(tables -> tables.sharded("notes", "user_id"))
            .build();
  }

  @Test
  void manyComeInOneStatementAndTheRestOneByOne() throws SQLException {
    create("");
    assertThat(insert(ROWS)).hasSize(ROWS).containsOnly(1);
    List<Stored> stored = stored();
    assertThat(stored.stream().mapToLong(Stored::rows).sum()).isEqualTo(ROWS);
    assertThat(stored)
        .allMatch(its -> its.commands() == its.rows() / AT_ONCE + its.rows() % AT_ONCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ANSWERS,
        "CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION trimmed()",
        "ALTER TABLE notes ADD CHECK (plain(body))",
        "CREATE INDEX ON notes (plain(body))",
        "ALTER TABLE notes ADD extra boolean DEFAULT plain('x')",
        "ALTER TABLE notes ALTER body TYPE words",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE older () INHERITS (notes); ALTER TABLE older ENABLE ROW LEVEL SECURITY"
      })
  void theyComeOneByOneWhereTheTableMayTellTheDifference(String more) throws SQLException {
    create(more);
    assertThat(insert(ROWS)).containsOnly(1);
    assertThat(stored()).allMatch(its -> its.rows() > AT_ONCE && its.commands() == its.rows());
  }

  @Test
  void aRowThatRefersToALaterOneIsRefusedAsByOneServer() throws SQLException {
    create(ANSWERS);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int key = 1; key <= ROWS; key++) {
        add(insert, key, 1, 2L);
        add(insert, key, 2, null);
      }
      BatchUpdateException refused =
          catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
      assertThat(refused.getSQLState()).isEqualTo("23503");
    }
    assertThat(stored()).allMatch(its -> its.rows() == 0);
  }

  @Test
  void theFirstRowThatFailsIsToldAndNothingStands() throws SQLException {
    create("");
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int key = 1; key <= ROWS; key++) {
        add(insert, key, 1, null);
      }
      add(insert, 7, 1, null);
      add(insert, 8, 1, null);
      BatchUpdateException refused =
          catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
      assertThat(refused.getSQLState()).isEqualTo("23505");
      assertThat(refused.getMessage()).contains("(user_id, note_id)=(7, 1)");
      assertThat(refused.getUpdateCounts()).containsOnly(Statement.EXECUTE_FAILED);
    }
    assertThat(stored()).allMatch(its -> its.rows() == 0);
  }

  private static int[] insert(int rows) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int key = 1; key <= rows; key++) {
        add(insert, key, key, null);
      }
      return insert.executeBatch();
    }
  }

  private static void add(PreparedStatement insert, long key, long note, @Nullable Long answers)
      throws SQLException {
    insert.setLong(1, key);
    insert.setLong(2, note);
    insert.setString(3, "note " + note);
    insert.setObject(4, answers, Types.BIGINT);
    insert.addBatch();
  }

  private static void everywhere(String sql) throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  /** How many rows a shard has, and from how many commands of their transaction they come. */
  private record Stored(long rows, long commands) {}

  private static List<Stored> stored() throws SQLException {
    List<Stored> all = new ArrayList<>();
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT count(*), count(DISTINCT cmin::text) FROM notes")) {
        row.next();
        all.add(new Stored(row.getLong(1), row.getLong(2)));
      }
    }
    return all;
  }
}
