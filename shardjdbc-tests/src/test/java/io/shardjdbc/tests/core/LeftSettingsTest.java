package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a function sets on one server holds on the others as on one PostgreSQL. */
class LeftSettingsTest {

  private static final String TENANTS =
      "SELECT id FROM docs WHERE tenant = current_setting('app.tenant', true) ORDER BY id";

  private static final String SEEN =
      "SELECT id, current_setting('app.tenant', true), current_setting('app.last', true) FROM docs"
          + " ORDER BY id";

  private static final List<String> FUNCTIONS =
      List.of(
          function("set_tenant(t text)", "PERFORM set_config('app.tenant', t, false);"),
          function("set_for_now(t text)", "PERFORM set_config('app.tenant', t, true);"),
          function("set_any(n text, t text)", "EXECUTE format('SET %s = %L', n, t);"),
          function("set_zone(t text)", "PERFORM set_config('TimeZone', t, false);"),
          function("set_tokyo()", "SET TIME ZONE 'Asia/Tokyo';"),
          function("become(r text)", "PERFORM set_config('role', r, false);"),
          function("nobody()", "RESET ROLE;"),
          function("zone_back()", "RESET TimeZone;"),
          "CREATE FUNCTION marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " PERFORM set_config('app.last', new.id::text, false); RETURN new; END $$",
          "CREATE FUNCTION calls() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " PERFORM set_config('app.last', coalesce(current_setting('app.last', true), '')"
              + " || '+', true); RETURN new; END $$");

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;
  private static String alone;
  private static Connection one;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        ShardDataSource.builder()
            .shard("s0", cluster.primaryUrls().get("s0"))
            .shard("s1", cluster.primaryUrls().get("s1"))
            .pool(Sample.pool(2))
            .transactions(TransactionMode.TWO_PHASE)
            .tables(
                t ->
                    t.sharded("docs", "id")
                        .sharded("hidden", "id")
                        .sharded("marked", "id")
                        .function("set_any", FunctionPromise.PURE))
            .build();
    for (String shard : List.of("s0", "s1")) {
      try (Connection server = cluster.connect(shard)) {
        run(server, "CREATE ROLE reader");
      }
    }
    alone = Sample.alone(cluster);
    one = DriverManager.getConnection(alone);
    List<String> all = new ArrayList<>(FUNCTIONS);
    for (String table : List.of("docs", "hidden", "marked")) {
      all.add("CREATE TABLE " + table + " (id bigint PRIMARY KEY, tenant text, made timestamptz)");
      all.add("GRANT ALL ON " + table + " TO reader");
    }
    all.add("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY");
    all.add("CREATE POLICY p ON hidden USING (tenant = current_setting('app.tenant', true))");
    all.add("CREATE TRIGGER t AFTER INSERT ON marked FOR EACH ROW EXECUTE FUNCTION marks()");
    all.add("CREATE TRIGGER u AFTER UPDATE ON marked FOR EACH ROW EXECUTE FUNCTION calls()");
    for (String sql : all) {
      run(one, sql);
      Sample.execute(dataSource, sql);
    }
    for (String table : List.of("docs", "hidden")) {
      for (int id = 1; id <= 8; id++) {
        String row =
            "INSERT INTO %s VALUES (%d, '%s', '2024-01-01 12:00:00Z')"
                .formatted(table, id, id % 3 == 0 ? "b" : "a");
        run(one, row);
        Sample.execute(dataSource, row);
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    one.close();
  }

  private static String function(String head, String body) {
    return "CREATE FUNCTION "
        + head
        + " RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
        + body
        + " RETURN 1; END $$";
  }

  /** What it answers: rows, a count, or a state. */
  private static String run(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (!statement.execute()) {
        return String.valueOf(statement.getUpdateCount());
      }
      StringBuilder rows = new StringBuilder();
      try (ResultSet result = statement.getResultSet()) {
        while (result.next()) {
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            rows.append(result.getString(i)).append(' ');
          }
          rows.append('/');
        }
      }
      return rows.toString();
    }
  }

  private static List<String> answers(Connection connection, String program) throws SQLException {
    List<String> answers = new ArrayList<>();
    for (String sql : program.split(";", -1)) {
      String text = sql.strip().replace("TENANTS", TENANTS).replace("SEEN", SEEN);
      answers.add(text + " -> " + run(connection, text));
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_tenant('a'); TENANTS; SELECT set_tenant('b'); TENANTS; SEEN",
        "SELECT set_tenant('a'); SELECT id FROM docs WHERE id = 1; SEEN; SHOW app.tenant",
        "SELECT set_any('app.tenant', 'b'); TENANTS; SEEN",
        "SELECT set_any('app.last', 'b'); SEEN",
        "SELECT set_for_now('a'); TENANTS; SEEN",
        "BEGIN; SELECT set_for_now('a'); TENANTS; SEEN; COMMIT; TENANTS; SEEN",
        "BEGIN; TENANTS; SELECT set_for_now('a'); TENANTS; ROLLBACK; SEEN",
        "BEGIN; TENANTS; SELECT set_tenant('a'); TENANTS; COMMIT; TENANTS; SEEN",
        "BEGIN; SELECT set_tenant('a'); ROLLBACK; TENANTS; SEEN",
        "BEGIN; SELECT set_tenant('a'); TENANTS; ROLLBACK; TENANTS; SEEN",
        "SELECT set_tenant('a'); BEGIN; SELECT set_tenant('b'); TENANTS; ROLLBACK; TENANTS",
        "SELECT set_tenant('a'); BEGIN; SET LOCAL app.last = 'x'; ROLLBACK; TENANTS",
        "BEGIN; SAVEPOINT s; SELECT set_tenant('a'); TENANTS; ROLLBACK TO s; TENANTS; COMMIT; SEEN",
        "BEGIN; SELECT set_tenant('a'); SAVEPOINT s; TENANTS; ROLLBACK TO s; TENANTS; COMMIT; SEEN",
        "BEGIN; SELECT set_for_now('a'); SAVEPOINT s; SELECT set_for_now('b'); TENANTS;"
            + " ROLLBACK TO s; TENANTS; COMMIT; SEEN",
        "BEGIN; SAVEPOINT s; SELECT set_tenant('a'); RELEASE s; TENANTS; COMMIT; TENANTS",
        "BEGIN; SELECT set_tenant('a'); SELECT set_for_now('b'); TENANTS; COMMIT; TENANTS; SEEN",
        "BEGIN; SELECT set_tenant('a'); TENANTS; SELECT set_for_now('b'); TENANTS; COMMIT; TENANTS",
        "SELECT set_tenant('a'); SET app.tenant = 'b'; TENANTS; SELECT set_tenant('a'); TENANTS",
        "SET app.tenant = 'b'; SELECT set_tenant('a'); TENANTS; RESET app.tenant; TENANTS; SEEN",
        "SELECT set_tenant('a'); TENANTS; BEGIN; TENANTS; SET app.tenant = 'b'; TENANTS;"
            + " SELECT set_tenant('a'); TENANTS; COMMIT; TENANTS",
        "BEGIN; TENANTS; SELECT set_tenant('a'); TENANTS; SET LOCAL app.tenant = 'b'; TENANTS;"
            + " SELECT set_for_now('a'); TENANTS; COMMIT; TENANTS; SEEN",
        "BEGIN; TENANTS; SELECT set_tenant('a'); TENANTS; RESET app.tenant; TENANTS;"
            + " SELECT set_tenant('a'); TENANTS; ROLLBACK; TENANTS; SEEN",
        "SELECT set_tenant('a'); RESET ALL; TENANTS; SEEN",
        "SELECT set_tenant('a'); DISCARD ALL; TENANTS",
        "SELECT set_tenant('a'); BEGIN; SET LOCAL app.tenant = 'b'; TENANTS; COMMIT; TENANTS",
        "SELECT set_zone('Asia/Tokyo'); SELECT id, made FROM docs ORDER BY id; SHOW TimeZone",
        "SELECT set_tokyo(); SELECT id, made FROM docs ORDER BY id",
        "SET TimeZone = 'UTC'; SELECT set_tokyo(); SELECT id, made FROM docs ORDER BY id",
        "SELECT set_tokyo(); SET TIME ZONE 'Europe/Rome'; SELECT id, made FROM docs ORDER BY id",
        "SELECT set_tokyo(); SELECT id, made FROM docs ORDER BY id; SELECT zone_back();"
            + " SELECT id, made FROM docs ORDER BY id",
        "BEGIN; SELECT set_tokyo(); SELECT id, made FROM docs ORDER BY id; ROLLBACK;"
            + " SELECT id, made FROM docs ORDER BY id",
        "SELECT become('reader'); SELECT current_user; SELECT id, current_user FROM docs ORDER BY"
            + " 1",
        "SELECT become('reader'); SELECT id FROM hidden ORDER BY id; SELECT set_tenant('b'); SELECT"
            + " id FROM hidden ORDER BY id; SELECT nobody(); SELECT id FROM hidden ORDER BY 1",
        "SET ROLE reader; SELECT set_tenant('a'); SELECT id FROM hidden ORDER BY id; RESET ROLE",
        "SET ROLE reader; BEGIN; SELECT set_for_now('a'); SELECT id FROM hidden ORDER BY id;"
            + " COMMIT; SELECT id FROM hidden ORDER BY id; RESET ROLE",
        "INSERT INTO marked VALUES (1, 'x'); SEEN; INSERT INTO marked VALUES (2, 'x'); SEEN;"
            + " INSERT INTO marked VALUES (3, 'x'), (4, 'x') RETURNING 1; DELETE FROM marked",
        "SELECT set_any('interval' || 'style', 'iso_8601'); SELECT DISTINCT interval '26 h'::text"
            + " FROM docs; RESET IntervalStyle; SELECT DISTINCT interval '26 h'::text FROM docs",
        "SET IntervalStyle = 'iso_8601'; SELECT set_any('interval' || 'style', 'postgres');"
            + " SELECT DISTINCT interval '26 h'::text FROM docs",
        "INSERT INTO marked VALUES (41, 'x'); BEGIN; INSERT INTO marked VALUES (42, 'x');"
            + " SELECT DISTINCT tenant FROM marked; COMMIT; SEEN; DELETE FROM marked",
        "SELECT DISTINCT tenant FROM docs; BEGIN; INSERT INTO marked VALUES (43, 'x'); SELECT"
            + " DISTINCT tenant FROM marked; ROLLBACK; SELECT DISTINCT current_user FROM marked;"
            + " SEEN",
        "BEGIN; INSERT INTO marked VALUES (44, 'x'); SELECT DISTINCT current_user FROM marked;"
            + " COMMIT; SELECT DISTINCT current_user FROM marked; SEEN; DELETE FROM marked",
        "SET SESSION AUTHORIZATION reader; INSERT INTO marked VALUES (31, 'x');"
            + " SHOW session_authorization; SELECT id, session_user, current_user FROM docs"
            + " ORDER BY id; RESET SESSION AUTHORIZATION; DELETE FROM marked",
        "SET session_replication_role = replica; SET SESSION AUTHORIZATION reader;"
            + " INSERT INTO marked VALUES (51, 'x'); SELECT DISTINCT current_user FROM marked;"
            + " INSERT INTO marked VALUES (52, 'x'); SHOW session_replication_role; RESET SESSION"
            + " AUTHORIZATION; RESET session_replication_role; DELETE FROM marked",
        "SET session_replication_role = local; SET ROLE reader; BEGIN; SELECT count(*) FROM marked;"
            + " INSERT INTO marked VALUES (53, 'x'); SELECT DISTINCT current_user FROM marked;"
            + " SEEN; COMMIT; SEEN; RESET ROLE; SHOW session_replication_role; DELETE FROM marked",
        "INSERT INTO marked VALUES (5, 'x'); BEGIN; UPDATE marked SET tenant = 'y' WHERE id = 5;"
            + " SEEN; COMMIT; SEEN; DELETE FROM marked",
      })
  void programsSeeWhatFunctionsSet(String program) throws SQLException {
    List<String> expected;
    try (Connection plain = DriverManager.getConnection(alone)) {
      expected = answers(plain, program);
    }
    try (Connection ours = dataSource.getConnection()) {
      assertThat(answers(ours, program)).containsExactlyElementsOf(expected);
    }
    try (Connection next = dataSource.getConnection()) {
      assertThat(run(next, SEEN)).doesNotContain("a ", "b ").contains("null");
    }
  }

  @Test
  void whatShardsSetDifferentlyIsNotGuessed() throws SQLException {
    try (Connection ours = dataSource.getConnection()) {
      for (int id = 11; id <= 18; id++) {
        run(ours, "INSERT INTO marked VALUES (" + id + ", 'x')");
      }
      run(ours, "BEGIN");
      run(ours, "INSERT INTO marked SELECT id + 100, 'y' FROM marked");
      assertThat(run(ours, "SELECT id FROM docs WHERE id = 1")).isEqualTo("1 /");
      run(ours, "SAVEPOINT s");
      assertThatThrownBy(() -> run(ours, SEEN)).hasMessageContaining("SJ0348");
      run(ours, "ROLLBACK TO s");
      assertThatThrownBy(() -> run(ours, SEEN)).hasMessageContaining("SJ0348");
      run(ours, "ROLLBACK TO s");
      run(ours, "SET LOCAL app.last = 'y'");
      assertThat(run(ours, SEEN)).contains("null y /");
      run(ours, "ROLLBACK");
      assertThat(run(ours, SEEN)).contains("null 18 /");
      run(ours, "INSERT INTO marked VALUES (21, 'y'), (22, 'y'), (23, 'y'), (24, 'y')");
      assertThatThrownBy(() -> run(ours, SEEN)).hasMessageContaining("SJ0348");
      run(ours, "SET app.last = 'x'");
      assertThat(run(ours, SEEN)).contains("null x /");
    } finally {
      Sample.execute(dataSource, "DELETE FROM marked");
    }
  }

  /** Between rows that are streamed, other statements have connections of their own. */
  @Test
  void whatIsSetBetweenStreamedRowsHolds() throws SQLException {
    try (Connection ours = dataSource.getConnection();
        Statement outer = ours.createStatement()) {
      outer.setFetchSize(2);
      try (ResultSet rows = outer.executeQuery("SELECT id FROM docs ORDER BY id")) {
        while (rows.next()) {
          run(ours, "INSERT INTO marked VALUES (" + rows.getLong(1) + ", 'x')");
          String last = rows.getLong(1) + " null " + rows.getLong(1) + " /";
          assertThat(run(ours, SEEN + " LIMIT 8")).contains(last);
          assertThat(run(ours, SEEN.replace("ORDER", "WHERE id = " + rows.getLong(1) + " ORDER")))
              .isEqualTo(last);
        }
      }
    } finally {
      Sample.execute(dataSource, "DELETE FROM marked");
    }
  }
}
