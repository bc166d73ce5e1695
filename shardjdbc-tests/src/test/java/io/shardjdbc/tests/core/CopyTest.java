package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** COPY: what one server makes of the same bytes, over shards. */
class CopyTest {

  private static final String AWKWARD =
      """
      INSERT INTO plain
      SELECT g, chr(64 + g % 60) || CASE g % 7
               WHEN 0 THEN E'tab\\tand\\nnewline' WHEN 1 THEN 'quote " and, comma'
               WHEN 2 THEN E'back\\\\slash' WHEN 3 THEN E'\\r\\n' WHEN 4 THEN '\\N'
               WHEN 5 THEN 'ünïcödé €' ELSE '' END || g,
             CASE WHEN g % 5 = 0 THEN NULL WHEN g % 5 = 1 THEN '' ELSE 'x"' || E'\\n' || g END
        FROM generate_series(1, 200) AS g
      """;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private ShardConnection connection;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t ->
                    t.sharded("numbered", "id")
                        .sharded("named", "name")
                        .sharded("guarded", "id")
                        .policy("guarded", policy -> policy.withScatter(false))
                        .sharded("tenants", "id")
                        .policy("tenants", policy -> policy.withTenantGuard(true))
                        .reference("countries")
                        .reference("marks")
                        .single("plain", "s0")
                        .single("settings", "s1"))
            .build();
    for (String table : List.of("numbered", "named", "plain", "guarded", "tenants")) {
      Sample.execute(dataSource, "CREATE TABLE " + table + " (id bigint, name text, more text)");
    }
    Sample.execute(dataSource, "CREATE TABLE countries (code text PRIMARY KEY, name text)");
    Sample.execute(dataSource, "CREATE TABLE settings (name text PRIMARY KEY, value text)");
    Sample.execute(dataSource, AWKWARD);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = dataSource.getConnection().unwrap(ShardConnection.class);
    Sample.execute(dataSource, "TRUNCATE numbered");
    Sample.execute(dataSource, "TRUNCATE named");
  }

  @AfterEach
  void everythingIsGivenBack() throws SQLException {
    connection.close();
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> rows(String table) throws SQLException {
    return Sample.rows(
        dataSource, "SELECT id, name, more FROM " + table + " ORDER BY id, more COLLATE \"C\"");
  }

  @Test
  void whatEachCopyOfAReferenceTableWouldComputeIsRefused() throws Exception {
    Sample.execute(
        dataSource,
        "CREATE TABLE marks (code int, mark uuid DEFAULT gen_random_uuid(), n int DEFAULT 5)");
    assertThatThrownBy(() -> connection.copy().copyIn("COPY marks (code) FROM STDIN", bytes("1\n")))
        .hasMessageStartingWith("SJ0309")
        .hasMessageContaining("mark");
    assertThatThrownBy(
            () ->
                connection.copy().copyIn("COPY marks FROM STDIN (DEFAULT 'x')", bytes("1\tx\tx\n")))
        .hasMessageStartingWith("SJ0309");
    assertThat(connection.copy().copyIn("COPY marks (code, mark) FROM STDIN", bytes("1\t\\N\n")))
        .isEqualTo(1);
    assertThatThrownBy(
            () ->
                connection
                    .copy()
                    .copyIn("COPY marks FROM STDIN WHERE n > random()", bytes("2\t\\N\t1\n")))
        .hasMessageStartingWith("SJ0309")
        .hasMessageContaining("random");
    assertThat(connection.copy().copyIn("COPY marks FROM STDIN WHERE n > 0", bytes("2\t\\N\t1\n")))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "WITH (FORMAT csv)",
        "WITH (FORMAT csv, HEADER, DELIMITER ';', QUOTE '''', ESCAPE '\\', NULL 'nil', FORCE_QUOTE"
            + " *)",
        "WITH (FORMAT csv, HEADER true, NULL '\\N')",
        "WITH (FORMAT text, HEADER, DELIMITER '|', NULL 'nil')",
        "CSV HEADER QUOTE AS '~'",
        "WITH (FORMAT binary)",
        "BINARY"
      })
  void whatOneServerWritesIsReadAndWrittenTheSame(String options) throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (Connection one = DriverManager.getConnection(cluster.primaryUrls().get("s0"))) {
      one.unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("COPY plain TO STDOUT " + options, written);
    }
    String in = options.replace(", FORCE_QUOTE *", "");
    for (String table : List.of("numbered", "named")) {
      long count =
          connection
              .copy()
              .copyIn(
                  "COPY " + table + " FROM STDIN " + in,
                  new ByteArrayInputStream(written.toByteArray()));
      assertThat(count).isEqualTo(200);
      assertThat(rows(table)).as(table).isEqualTo(rows("plain"));
      ByteArrayOutputStream back = new ByteArrayOutputStream();
      assertThat(connection.copy().copyOut("COPY " + table + " TO STDOUT " + options, back))
          .isEqualTo(200);
      assertThat(back.size()).isEqualTo(written.size());
      try (Connection one = DriverManager.getConnection(cluster.primaryUrls().get("s0"));
          Statement statement = one.createStatement()) {
        statement.execute("CREATE TEMPORARY TABLE again (LIKE plain)");
        one.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY again FROM STDIN " + in, new ByteArrayInputStream(back.toByteArray()));
        assertThat(Sample.rows(one, "TABLE again EXCEPT ALL TABLE plain ORDER BY 1")).isEmpty();
      }
    }
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Connection one = cluster.connect(shard)) {
        assertThat(Sample.rows(one, "SELECT count(*) > 0 FROM numbered")).containsExactly("t");
      }
    }
  }

  @Test
  void columnsMayComeInAnyOrderAndLinesEndInAnyWay() throws Exception {
    for (String end : List.of("\n", "\r", "\r\n")) {
      connection
          .copy()
          .copyIn(
              "COPY public.numbered (more, \"id\") FROM STDIN",
              bytes(
                  "a\t1" + end + "b\\\\\t\\x32" + end + "\\N\t\\063" + end + "\\." + end + "junk"));
      assertThat(Sample.rows(dataSource, "SELECT id, more FROM numbered ORDER BY id"))
          .containsExactly("1,a", "2,b\\", "3,null");
      Sample.execute(dataSource, "TRUNCATE numbered");
    }
  }

  @Test
  void readersAndWritersAreServed() throws Exception {
    String text = "1\tünï\t€\uD83D\uDE00\n";
    assertThat(connection.copy().copyIn("COPY numbered FROM STDIN", new StringReader(text)))
        .isEqualTo(1);
    StringWriter back = new StringWriter();
    connection.copy().copyOut("COPY numbered TO STDOUT", back);
    assertThat(back.toString()).isEqualTo(text);
  }

  @Test
  void aReferenceTableIsCopiedToEveryShard() throws Exception {
    assertThat(connection.copy().copyIn("COPY countries FROM STDIN", bytes("de\tx\nno\ty\n")))
        .isEqualTo(2);
    for (String shard : List.of("s0", "s1", "s2")) {
      try (Connection one = cluster.connect(shard)) {
        assertThat(Sample.rows(one, "SELECT count(*) FROM countries")).containsExactly("2");
      }
    }
    StringWriter back = new StringWriter();
    assertThat(connection.copy().copyOut("COPY countries TO STDOUT", back)).isEqualTo(2);
    assertThat(connection.copy().copyIn("COPY settings FROM STDIN CSV", bytes("a,b\n")))
        .isEqualTo(1);
  }

  @Test
  void aRecordThatFailsUndoesAllOfIt() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      many.append(i).append("\tn").append(i).append("\t\\N\n");
    }
    for (String bad : List.of("7\tx\n", "seven\tx\ty\n", "\\N\tx\ty\n", "8\t\\\n")) {
      assertThatThrownBy(
              () -> connection.copy().copyIn("COPY numbered FROM STDIN", bytes(many + bad)))
          .isInstanceOf(SQLException.class);
      assertThat(rows("numbered")).isEmpty();
      assertThat(Sample.lent(dataSource)).isZero();
    }
  }

  @Test
  void inATransactionItIsPartOfIt() throws Exception {
    connection.setAutoCommit(false);
    connection.copy().copyIn("COPY numbered FROM STDIN", bytes("1\ta\tb\n1\tc\td\n"));
    connection.rollback();
    assertThat(rows("numbered")).isEmpty();
    connection.copy().copyIn("COPY numbered FROM STDIN", bytes("1\ta\tb\n1\tc\td\n"));
    connection.commit();
    assertThat(rows("numbered")).hasSize(2);
    assertThatThrownBy(
            () ->
                connection
                    .copy()
                    .copyIn(
                        "COPY numbered FROM STDIN", bytes("1\t\t\n2\t\t\n3\t\t\n4\t\t\n5\t\t\n")))
        .hasMessageContaining("SJ0601");
    connection.rollback();
    assertThat(rows("numbered")).hasSize(2);
  }

  @Test
  void whatIsNotKnownIsRefused() {
    for (String sql :
        List.of(
            "COPY numbered FROM '/etc/passwd'",
            "COPY numbered FROM PROGRAM 'x'",
            "COPY numbered (name) FROM STDIN",
            "COPY nowhere FROM STDIN",
            "COPY numbered FROM STDIN (ENCODING 'SJIS')",
            "COPY numbered TO STDOUT")) {
      assertThatThrownBy(() -> connection.copy().copyIn(sql, bytes("1\tx\ty\n")))
          .as(sql)
          .isInstanceOf(SQLException.class)
          .hasMessageStartingWith("SJ0");
    }
    assertThatThrownBy(
            () ->
                connection
                    .copy()
                    .copyOut(
                        "COPY (SELECT count(*) FROM numbered) TO STDOUT",
                        new ByteArrayOutputStream()))
        .hasMessageStartingWith("SJ0");
  }

  @Test
  void aConditionThatLooksAtWhatIsElsewhereIsRefused() throws Exception {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION known(k bigint) RETURNS boolean LANGUAGE sql STABLE"
            + " AS 'SELECT EXISTS (SELECT FROM named WHERE id = k)'");
    Sample.execute(dataSource, "CREATE SEQUENCE tickets");
    for (String table : List.of("numbered", "countries", "settings")) {
      String columns = table.equals("numbered") ? "1\tx\ty\n" : "a\tb\n";
      assertThatThrownBy(
              () ->
                  connection
                      .copy()
                      .copyIn("COPY " + table + " FROM STDIN WHERE known(1)", bytes(columns)))
          .as(table)
          .hasMessageStartingWith("SJ0345");
      assertThatThrownBy(
              () ->
                  connection
                      .copy()
                      .copyIn(
                          "COPY " + table + " FROM STDIN WHERE nextval('tickets') > 0",
                          bytes(columns)))
          .as(table)
          .hasMessageStartingWith("SJ0355");
    }
    assertThat(
            connection
                .copy()
                .copyIn("COPY numbered FROM STDIN WHERE id > 1;", bytes("1\tx\ty\n2\tx\ty\n")))
        .isEqualTo(1);
  }

  @Test
  void columnsWithoutTheKeyMayBeCopiedOut() throws Exception {
    connection.copy().copyIn("COPY numbered FROM STDIN", bytes("1\tx\ty\n2\tx\tz\n"));
    StringWriter back = new StringWriter();
    assertThat(connection.copy().copyOut("COPY numbered (name) TO STDOUT", back)).isEqualTo(2);
    assertThat(back.toString()).isEqualTo("x\nx\n");
  }

  @Test
  void policiesHoldForWhatIsCopiedOut() throws Exception {
    for (String copy :
        List.of(
            "COPY guarded TO STDOUT",
            "COPY guarded (id) TO STDOUT",
            "COPY (SELECT * FROM guarded) TO STDOUT")) {
      assertThatThrownBy(() -> connection.copy().copyOut(copy, new ByteArrayOutputStream()))
          .as(copy)
          .hasMessageContaining("SJ0302");
    }
    assertThatThrownBy(
            () -> connection.copy().copyOut("COPY tenants TO STDOUT", new ByteArrayOutputStream()))
        .hasMessageContaining("SJ0330");
    assertThatThrownBy(
            () ->
                connection
                    .copy()
                    .copyOut(
                        "COPY (SELECT * FROM numbered FOR UPDATE) TO STDOUT",
                        new ByteArrayOutputStream()))
        .isInstanceOf(SQLFeatureNotSupportedException.class);
  }

  @Test
  void inTwoPhaseModeRowsAreCopiedToAllShardsOrToNone() throws Exception {
    connection.setTransactionMode(TransactionMode.TWO_PHASE);
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM numbered");
      statement.execute("ALTER TABLE numbered ADD CONSTRAINT few CHECK (id < 50)");
      try {
        assertThat(copyNumbers(1, 40)).isEqualTo(40);
        assertThatThrownBy(() -> copyNumbers(41, 50))
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23514"));
        assertThat(Sample.rows(dataSource, "SELECT count(*) FROM numbered")).containsExactly("40");
        connection.setAutoCommit(false);
        copyNumbers(41, 49);
        connection.rollback();
        assertThat(Sample.rows(dataSource, "SELECT count(*) FROM numbered")).containsExactly("40");
        copyNumbers(41, 49);
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(Sample.rows(dataSource, "SELECT count(*) FROM numbered")).containsExactly("49");
        assertThatThrownBy(
                () -> statement.execute("UPDATE numbered SET id = id, name = 1 / (id - 7)"))
            .isInstanceOf(SQLException.class);
        assertThat(statement.executeUpdate("UPDATE numbered SET name = 'x'")).isEqualTo(49);
        for (String shard : List.of("s0", "s1", "s2")) {
          try (Connection direct = cluster.connect(shard)) {
            assertThat(
                    Sample.rows(
                        direct,
                        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"))
                .isEmpty();
          }
        }
      } finally {
        connection.setAutoCommit(true);
        statement.execute("ALTER TABLE numbered DROP CONSTRAINT few");
        statement.execute("DELETE FROM numbered");
      }
    }
  }

  private long copyNumbers(int from, int to) throws SQLException, IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i <= to; i++) {
      rows.append(i).append("\tn\t\\N\n");
    }
    return connection
        .copy()
        .copyIn(
            "COPY numbered FROM STDIN",
            new ByteArrayInputStream(rows.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
