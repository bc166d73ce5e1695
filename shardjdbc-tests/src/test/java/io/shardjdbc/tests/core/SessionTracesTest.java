package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/** Whatever a statement leaves in a server's session, the next borrower does not meet it. */
class SessionTracesTest {

  private static final String HERE = "/* shardjdbc: shard=s0 */ ";

  private static final String SETTING = "PERFORM set_config('app.tenant', '7', false);";

  /** One row of whatever a session can be told from a fresh one by. */
  private static final String TRACES =
      HERE
          + """
          SELECT current_user, session_user,
                 current_setting('app.tenant', true) AS tenant,
                 current_setting('work_mem'), current_setting('timezone'),
                 current_setting('search_path'),
                 coalesce(current_setting('pg_trgm.similarity_threshold', true), '0.3'),
                 (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                 (SELECT count(*) FROM pg_class WHERE relpersistence = 't'
                     AND pg_table_is_visible(oid)),
                 (SELECT count(*) FROM pg_listening_channels()),
                 (SELECT count(*) FROM pg_cursors WHERE is_holdable),
                 (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)
          """;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(1));

  private static ShardDataSource dataSource;
  private static List<String> fresh;

  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    // One connection, so that the next borrower gets the one that was used before.
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .pool(Sample.pool(1))
            .tables(
                t -> t.sharded("notes", "id").sharded("plain", "id").sharded("\"odd-rows\"", "id"))
            .build();
    for (String sql :
        List.of(
            "CREATE EXTENSION pg_trgm",
            "CREATE TABLE notes (id bigint PRIMARY KEY, body text)",
            "CREATE TABLE plain (id bigint PRIMARY KEY, body text)",
            function("leaves_setting", SETTING),
            function("leaves_work_mem", "SET work_mem = '3MB';"),
            function("leaves_zone", "/* so */ SET TIME ZONE 'Asia/Tokyo';"),
            function("leaves_role", "SET ROLE pg_monitor;"),
            function("leaves_lock", "PERFORM pg_advisory_lock(5);"),
            function("leaves_table", "CREATE TEMP TABLE IF NOT EXISTS left_over (a int);"),
            function("leaves_by_text", "EXECUTE 'SET work' || '_mem = ''3MB''';"),
            function("leaves_by_another", "PERFORM leaves_setting();"),
            function("\"leaves-so\"", SETTING),
            function("\"Leaves \"\"So\"\"\"", SETTING),
            function("\"läßt-Ä\"", SETTING),
            function("leaves_by_a_sign", "PERFORM \"leaves-so\"();"),
            function("leaves_by_code", "PERFORM U&\"leaves\\002dso\"();"),
            function(
                "leaves_by_coded_set", "PERFORM U&\"set\\005fconfig\"('app.tenant', '7', false);"),
            function("leaves_for_a_moment", "PERFORM set_config('app.tenant', '7', true);"),
            function(
                "leaves_by_view",
                "UPDATE pg_settings SET setting = '3072' WHERE name = 'work_mem';"),
            function("leaves_nothing", "UPDATE plain SET body = 'x' WHERE id = 1;"),
            "CREATE FUNCTION leaves_in_sql() RETURNS text LANGUAGE sql"
                + " AS $$ SELECT set_config('app.tenant', '7', false) $$",
            "CREATE FUNCTION leaves_as_default() RETURNS text LANGUAGE sql"
                + " AS $$ SELECT set_config('app.tenant', '7', false) $$",
            "CREATE PROCEDURE leaves_by_call() LANGUAGE plpgsql"
                + " AS $$ BEGIN PERFORM set_config('app.tenant', '7', false); END $$",
            "CREATE FUNCTION on_note() RETURNS trigger LANGUAGE plpgsql AS $$"
                + " BEGIN PERFORM leaves_setting(); RETURN new; END $$",
            "CREATE TRIGGER on_note BEFORE INSERT OR UPDATE ON notes"
                + " FOR EACH ROW EXECUTE FUNCTION on_note()",
            "ALTER TABLE plain ADD COLUMN made text",
            "CREATE TABLE \"odd-rows\" (id bigint PRIMARY KEY)",
            "CREATE FUNCTION \"on-note\"() RETURNS trigger LANGUAGE plpgsql AS $$"
                + " BEGIN PERFORM \"leaves-so\"(); RETURN new; END $$",
            "CREATE TRIGGER on_note BEFORE INSERT ON \"odd-rows\""
                + " FOR EACH ROW EXECUTE FUNCTION \"on-note\"()")) {
      Sample.execute(dataSource, HERE + sql);
    }
    Sample.execute(dataSource, "INSERT INTO plain (id) VALUES (1)");
    fresh = traces();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static String function(String name, String body) {
    return "CREATE FUNCTION "
        + name
        + "() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
        + body
        + " RETURN 1; END $$";
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = dataSource.getConnection();
  }

  @AfterEach
  void theNextBorrowerMeetsNothing() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
    assertThat(traces()).isEqualTo(fresh);
  }

  private static List<String> traces() throws SQLException {
    return Sample.rows(dataSource, TRACES);
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void leaves(String sql) throws SQLException {
    run(sql);
    assertThat(Sample.rows(connection, TRACES)).as(sql).isNotEqualTo(fresh);
    connection.close();
    assertThat(traces()).as(sql).isEqualTo(fresh);
    connection = dataSource.getConnection();
  }

  @Test
  void ofFunctions() throws SQLException {
    for (String name :
        List.of(
            "leaves_setting",
            "leaves_work_mem",
            "leaves_zone",
            "leaves_role",
            "leaves_lock",
            "leaves_table",
            "leaves_by_text",
            "leaves_by_another",
            "leaves_for_a_moment",
            "leaves_by_view",
            "leaves_in_sql")) {
      leaves(HERE + "SELECT " + name + "()");
    }
  }

  @Test
  void ofFunctionsWhoseNamesAreNoWords() throws SQLException {
    for (String call :
        List.of(
            "\"leaves-so\"()",
            "public . \"leaves-so\" ()",
            "\"Leaves \"\"So\"\"\"()",
            "\"läßt-Ä\"()",
            "leaves_by_a_sign()",
            "leaves_by_code()",
            "leaves_by_coded_set()",
            "U&\"leaves\\002dso\"()",
            "U&\"leaves!002dso\" UESCAPE '!' ()",
            "U&\"leaves\\005fsetting\"()",
            "U&\"set\\005fconfig\"('app.tenant', lower('7'), false)")) {
      leaves(HERE + "SELECT " + call);
    }
  }

  @Test
  void ofTriggersWhoseNamesAreNoWords() throws SQLException {
    leaves("INSERT INTO \"odd-rows\" VALUES (1)");
  }

  @Test
  void ofFunctionsInATransaction() throws SQLException {
    connection.setAutoCommit(false);
    run(HERE + "SELECT leaves_setting()");
    connection.commit();
    assertThat(Sample.rows(connection, HERE + "SELECT current_setting('app.tenant', true)"))
        .containsExactly("7");
    connection.rollback();
  }

  @Test
  void ofTriggers() throws SQLException {
    leaves("INSERT INTO notes VALUES (1, 'a')");
    leaves("UPDATE notes SET body = 'b'");
    leaves("WITH n AS (UPDATE notes SET body = 'c' WHERE id = 1 RETURNING 1) SELECT * FROM n");
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO notes VALUES (?, 'd')")) {
      for (long id = 2; id < 5; id++) {
        statement.setLong(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  @Test
  void ofTriggersInAPlainBatch() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("UPDATE plain SET body = 'y' WHERE id = 1");
      statement.addBatch("INSERT INTO notes VALUES (11, 'd')");
      statement.executeBatch();
    }
  }

  @Test
  void ofTriggersUnderCopy() throws Exception {
    connection
        .unwrap(ShardConnection.class)
        .copy()
        .copyIn("COPY notes FROM STDIN", new java.io.StringReader("21\tx\n"));
  }

  @Test
  void ofDefaults() throws SQLException {
    run(HERE + "ALTER TABLE plain ALTER COLUMN made SET DEFAULT leaves_as_default()");
    leaves("INSERT INTO plain (id) VALUES (2)");
    run(HERE + "ALTER TABLE plain ALTER COLUMN made DROP DEFAULT");
  }

  @Test
  void ofBlocksAndProcedures() throws SQLException {
    leaves(HERE + "DO $$ BEGIN PERFORM set_config('app.tenant', '7', false); END $$");
    leaves(HERE + "CALL leaves_by_call()");
    try (CallableStatement call = connection.prepareCall(HERE + "{call leaves_setting()}")) {
      call.execute();
    }
  }

  @Test
  void ofSetConfigWhereverItStands() throws SQLException {
    leaves(HERE + "SELECT set_config('app.tenant', lower('7'), false)");
    leaves(HERE + "SELECT set_config('app.tenant', id::text, false) FROM plain WHERE id = 1");
    leaves("SET work_mem = '3MB'; SELECT 1");
    leaves("UPDATE pg_settings SET setting = '3072' WHERE name = 'work_mem'");
    leaves("SELECT set_limit(0.9)");
    leaves("SELECT set_limit(0.8), id FROM plain WHERE id = 1");
    leaves(HERE + "UPDATE pg_settings SET setting = '3072' WHERE name = 'work_mem'");
    leaves("SELECT 1; SET app.tenant = '7'; SELECT 2");
  }

  @Test
  void ofWhatTheServerKeeps() throws SQLException {
    leaves("LISTEN x");
    leaves("CREATE TEMP TABLE left_over (a int)");
    leaves("PREPARE p AS SELECT 1");
    leaves("SELECT pg_advisory_lock(5)");
    leaves("BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT");
  }

  /** It sets nothing; but from then on the name is empty in that session, where it was NULL. */
  @Test
  void ofSettingsForATransactionThatIsNotThere() throws SQLException {
    run("SET LOCAL app.tenant = '7'");
    connection.close();
    assertThat(traces()).isEqualTo(fresh);
    connection = dataSource.getConnection();
    run("SET LOCAL app.tenant = '7'");
    assertThat(Sample.rows(connection, "SELECT current_setting('app.tenant', true)"))
        .containsExactly("");
  }

  @Test
  void aNameThatNoServerTakesIsNotRemembered() throws SQLException {
    assertThatThrownBy(() -> run("SET LOCAL \"app.no name\" = '7'")).hasMessageContaining("app.no");
    run("SELECT 1");
  }

  @Test
  @SuppressWarnings("try") // what is open counts, not what is in it
  void ofWhatIsDonePastTheLibrary() throws SQLException {
    try (Statement statement =
        ((Connection) connection.unwrap(PGConnection.class)).createStatement()) {
      statement.execute("SET app.tenant = '7'");
    }
    connection.close();
    assertThat(traces()).isEqualTo(fresh);
    connection = dataSource.getConnection();
    try (Statement ours = connection.createStatement();
        ResultSet rows = ours.executeQuery("SELECT id FROM plain")) {
      Statement driver = (Statement) ours.unwrap(PGStatement.class);
      try (Statement past = driver.getConnection().createStatement()) {
        past.execute("SET app.tenant = '7'");
      }
    }
  }

  @Test
  void harmlessFunctionsKeepTheirConnection() throws SQLException {
    String server = HERE + "SELECT pg_backend_pid()";
    List<String> before = Sample.rows(dataSource, server);
    run(HERE + "SELECT leaves_nothing()");
    run("UPDATE plain SET body = 'z' WHERE id = 1");
    run("INSERT INTO plain (id) VALUES (77) ON CONFLICT DO NOTHING");
    connection.close();
    assertThat(Sample.rows(dataSource, server)).isEqualTo(before);
  }
}
