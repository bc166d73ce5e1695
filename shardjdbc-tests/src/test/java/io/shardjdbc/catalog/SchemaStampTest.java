package io.shardjdbc.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema's stamp changes with what statements are planned by, and with nothing else. */
class SchemaStampTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(1));

  private static Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    connection = cluster.connect("s0");
    run("CREATE TABLE items (item_id bigint PRIMARY KEY, name text, kind int)");
    run("CREATE TABLE child (item_id bigint NOT NULL, name text, kind int)");
    run("CREATE TABLE parts (item_id bigint, name text) PARTITION BY LIST (name)");
    run("CREATE TABLE part (item_id bigint, name text)");
    run("CREATE SEQUENCE numbers");
    run("CREATE POLICY present ON items USING (true)");
    run("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    run("CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
    run("CREATE VIEW named AS SELECT name FROM items");
    run("CREATE MATERIALIZED VIEW kept AS SELECT name FROM items");
    run("CREATE TYPE mood AS ENUM ('sad')");
    run("CREATE DOMAIN small AS int");
    run("CLUSTER items USING items_pkey");
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  private static void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String stamp() throws SQLException {
    return SchemaStamp.read(connection).orElseThrow().value();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO items VALUES (1, 'one', 1)",
        "TRUNCATE items",
        "TRUNCATE items RESTART IDENTITY",
        "VACUUM FULL items",
        "ANALYZE items",
        "REINDEX TABLE items",
        "CLUSTER items",
        "REFRESH MATERIALIZED VIEW kept",
        "COMMENT ON TABLE items IS 'things'",
        "SELECT nextval('numbers')",
        "CREATE TEMP TABLE passing (a int)",
        "DROP TABLE passing"
      })
  void whatChangesContentsAloneLeavesIt(String sql) throws SQLException {
    String before = stamp();
    run(sql);
    assertThat(stamp()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE more (a int)",
        "ALTER TABLE child INHERIT items",
        "ALTER TABLE child NO INHERIT items",
        "ALTER TABLE items ADD COLUMN colour text",
        "ALTER TABLE items ALTER COLUMN name SET DEFAULT 'x'",
        "ALTER TABLE items ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON items USING (item_id > 1)",
        "ALTER POLICY present ON items USING (false)",
        "DROP POLICY present ON items",
        "ALTER TABLE parts ATTACH PARTITION part DEFAULT",
        "ALTER TABLE items RENAME TO things",
        "ALTER TABLE things RENAME TO items",
        "ALTER TABLE items ADD CONSTRAINT positive CHECK (item_id > 0)",
        "CREATE INDEX by_name ON items (name)",
        "CREATE TRIGGER changed BEFORE UPDATE ON items FOR EACH ROW"
            + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE items DISABLE TRIGGER changed",
        "CREATE RULE nothing AS ON DELETE TO items DO INSTEAD NOTHING",
        "CREATE OR REPLACE VIEW named AS SELECT name || '!' AS name FROM items",
        "ALTER VIEW named SET (security_barrier)",
        "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
        "CREATE SEQUENCE others",
        "DROP SEQUENCE others",
        "ALTER DOMAIN small ADD CHECK (VALUE < 10)",
        "CREATE OPERATOR @@@ (FUNCTION = int8pl, LEFTARG = bigint, RIGHTARG = bigint)",
        "CREATE CAST (mood AS int) WITH INOUT",
        "CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION see()",
        "ALTER EVENT TRIGGER seen DISABLE",
        "DROP EVENT TRIGGER seen",
        "GRANT SELECT ON items TO PUBLIC",
        "CREATE SCHEMA apart"
      })
  void whatDefinesSomethingChangesIt(String sql) throws SQLException {
    String before = stamp();
    run(sql);
    assertThat(stamp()).isNotEqualTo(before);
  }
}
