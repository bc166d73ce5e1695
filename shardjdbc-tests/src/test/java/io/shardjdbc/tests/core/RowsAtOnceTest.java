package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of a batch over shards, of which servers get many in one statement where none can tell. */
class RowsAtOnceTest {

  private static final String INSERT =
      "INSERT INTO %s (user_id, note_id, body, answers) VALUES (?, ?, ?, ?)";
  private static final String TABLE =
      "CREATE TABLE %s (user_id bigint, note_id bigint, body text, answers bigint,"
          + " PRIMARY KEY (user_id, note_id))";
  private static final String ANSWERS =
      "ALTER TABLE %1$s ADD FOREIGN KEY (user_id, answers) REFERENCES %1$s (user_id, note_id)";
  private static final String PLAIN = "notes";
  private static final int ROWS = 300;
  private static final int AT_ONCE = 32;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  /** What has rows come one by one, each for a table of its own. */
  private static final List<String> MORE =
      List.of(
          ANSWERS,
          "CREATE TRIGGER t BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION trimmed()",
          "ALTER TABLE %s ADD CHECK (plain(body))",
          "CREATE INDEX ON %s (plain(body))",
          "ALTER TABLE %s ADD extra boolean DEFAULT plain('x')",
          "ALTER TABLE %s ALTER body TYPE words",
          "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
          "CREATE TABLE older () INHERITS (%s); ALTER TABLE older ENABLE ROW LEVEL SECURITY");

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
      plain.everywhere(sql);
    }
    plain.everywhere(TABLE.formatted(PLAIN));
    for (String more : MORE) {
      plain.everywhere(TABLE.formatted(table(more)), more.formatted(table(more)));
    }
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.BEST_EFFORT)
            .tables(
                tables -> {
                  tables.sharded(PLAIN, "user_id");
                  MORE.forEach(more -> tables.sharded(table(more), "user_id"));
                })
            .build();
  }

  private static String table(String more) {
    return "notes" + MORE.indexOf(more);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    plain.everywhere("TRUNCATE " + PLAIN + ", " + table(ANSWERS));
  }

  @Test
  void manyComeInOneStatementAndTheRestOneByOne() throws SQLException {
    assertThat(insert(PLAIN)).hasSize(ROWS).containsOnly(1);
    List<Stored> stored = stored(PLAIN);
    assertThat(stored.stream().mapToLong(Stored::rows).sum()).isEqualTo(ROWS);
    assertThat(stored)
        .allMatch(its -> its.commands() == its.rows() / AT_ONCE + its.rows() % AT_ONCE);
  }

  static List<String> more() {
    return MORE;
  }

  @ParameterizedTest
  @MethodSource("more")
  void theyComeOneByOneWhereTheTableMayTellTheDifference(String more) throws SQLException {
    assertThat(insert(table(more))).containsOnly(1);
    assertThat(stored(table(more)))
        .allMatch(its -> its.rows() > AT_ONCE && its.commands() == its.rows());
  }

  @Test
  void aRowThatRefersToALaterOneIsRefusedAsByOneServer() throws SQLException {
    String table = table(ANSWERS);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT.formatted(table))) {
      for (int key = 1; key <= ROWS; key++) {
        add(insert, key, 1, 2L);
        add(insert, key, 2, null);
      }
      BatchUpdateException refused =
          catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
      assertThat(refused.getSQLState()).isEqualTo("23503");
    }
    assertThat(stored(table)).allMatch(its -> its.rows() == 0);
  }

  @Test
  void theFirstRowThatFailsIsToldAndNothingStands() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT.formatted(PLAIN))) {
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
    assertThat(stored(PLAIN)).allMatch(its -> its.rows() == 0);
  }

  private static int[] insert(String table) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT.formatted(table))) {
      for (int key = 1; key <= ROWS; key++) {
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

  /** How many rows a shard has, and from how many commands of their transaction they come. */
  private record Stored(long rows, long commands) {}

  private static List<Stored> stored(String table) throws SQLException {
    List<Stored> all = new ArrayList<>();
    for (String shard : plain.shards()) {
      try (Statement statement = plain.to(shard).createStatement();
          ResultSet row =
              statement.executeQuery("SELECT count(*), count(DISTINCT cmin::text) FROM " + table)) {
        row.next();
        all.add(new Stored(row.getLong(1), row.getLong(2)));
      }
    }
    return all;
  }
}
