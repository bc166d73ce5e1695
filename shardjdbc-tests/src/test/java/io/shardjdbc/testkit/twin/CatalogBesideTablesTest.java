package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A statement that asks the catalogues beside tables runs where they have what it names. */
class CatalogBesideTablesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;
  private static PGSimpleDataSource single;
  private static TwinDatabase twin;

  private static void declare(RoutingConfiguration.Builder tables) {
    tables
        .sharded("acct", "id")
        .sharded("made", "id")
        .reference("kinds")
        .single("conf", "s1")
        .single("far", "s2");
  }

  @BeforeAll
  static void open() throws SQLException {
    String copy = cluster.database() + "_one";
    ClusterShard first = cluster.cluster().shards().get(0);
    try (Connection connection = first.primary().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + copy + " TEMPLATE " + cluster.database());
    }
    single = source(first.primary().jdbcUrl(copy));
    ShardDataSourceBuilder sharded =
        ShardDataSource.builder().schema(SchemaMode.OFF).tables(CatalogBesideTablesTest::declare);
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    TwinDatabase.Builder both = TwinDatabase.builder().single(single);
    for (ClusterShard shard : cluster.cluster().shards()) {
      String url = shard.primary().jdbcUrl(cluster.database());
      sharded.shard(shard.name(), url);
      routing.shards(shard.name());
      both.shard(shard.name(), source(url));
    }
    declare(routing);
    dataSource = sharded.build();
    twin = both.sharded(dataSource).routing(routing.build()).open();
    for (String sql :
        List.of(
            "CREATE TABLE acct (id bigint PRIMARY KEY, name text)",
            "CREATE TABLE kinds (code text PRIMARY KEY)",
            "CREATE TABLE conf (k text PRIMARY KEY, v int)",
            "CREATE TABLE far (id int PRIMARY KEY)",
            "CREATE SEQUENCE ids",
            "CREATE FUNCTION has(text) RETURNS bool LANGUAGE sql AS"
                + " 'SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = $1)'",
            "CREATE FUNCTION where_conf_is() RETURNS text LANGUAGE plpgsql AS"
                + " $$ BEGIN RETURN to_regclass('conf')::text; END $$",
            "CREATE FUNCTION has_acct() RETURNS bool LANGUAGE sql AS"
                + " 'SELECT EXISTS (SELECT FROM pg_tables WHERE tablename = ''acct'')'",
            "CREATE FUNCTION reached() RETURNS bigint LANGUAGE sql AS 'SELECT last_value FROM ids'",
            "INSERT INTO acct SELECT i, 'far' FROM generate_series(1, 9) i",
            "INSERT INTO kinds VALUES ('a')",
            "INSERT INTO conf VALUES ('x', 1)")) {
      twin.execute(sql);
    }
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    return source;
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
    dataSource.close();
  }

  @Test
  void whereTheCatalogueHasIt() throws SQLException {
    for (String sql :
        List.of(
            "SELECT id, to_regclass('acct') FROM acct WHERE id = 3",
            "SELECT id FROM acct WHERE to_regclass('kinds') IS NOT NULL AND id IN (1, 2, 3)",
            "SELECT k, 'conf'::regclass, tableoid::regclass FROM conf",
            "SELECT 'far'::regtype, to_regtype('far'), to_regtype('int4')",
            "SELECT to_regtype('conf')",
            "SELECT id, 'int4'::regtype, pg_typeof(name) FROM acct ORDER BY id",
            "SELECT code, (SELECT count(*) FROM pg_tables WHERE tablename = 'nowhere') FROM kinds",
            "SELECT count(*) FROM acct, pg_class WHERE relname = 'acct'",
            "SELECT has_acct(), id FROM acct WHERE id = 3",
            "INSERT INTO acct VALUES (100, to_regclass('kinds')::text)")) {
      assertThat(twin.verify(sql)).as(sql).isInstanceOf(Verdict.Equal.class);
    }
    twin.assertEqual("SELECT to_regclass(?) FROM acct WHERE id = 1", "acct");
  }

  @Test
  void isRefusedWhereTheCatalogueMayLackIt() throws SQLException {
    for (String sql :
        List.of(
            "SELECT id, to_regclass('far') FROM acct",
            "SELECT id FROM acct WHERE to_regclass('far') IS NULL AND id IN (1, 2, 3)",
            "SELECT k FROM conf WHERE EXISTS (SELECT FROM pg_class WHERE relname = 'far')",
            "SELECT k, (SELECT count(*) FROM pg_attribute WHERE attrelid = 'conf'::regclass) FROM"
                + " conf",
            "SELECT v FROM conf WHERE EXISTS (SELECT FROM pg_class WHERE relname = 'conf')",
            "SELECT code, (SELECT count(*) FROM pg_tables WHERE tablename = 'conf') FROM kinds",
            "SELECT count(*) FROM acct, pg_class WHERE relname = 'far'",
            "SELECT id FROM acct WHERE name IN (SELECT tablename FROM pg_tables)",
            "SELECT id FROM acct a WHERE EXISTS (SELECT FROM pg_class WHERE relname = a.name)",
            "SELECT name FROM acct UNION SELECT relname FROM pg_class WHERE relname = 'conf'",
            "SELECT to_regclass(name) FROM acct",
            "SELECT id, to_regtype('far') FROM acct ORDER BY id",
            "SELECT code, to_regtype('conf') FROM kinds",
            "SELECT relname, to_regclass('far') FROM pg_class WHERE relname = 'conf'",
            "SELECT nspname, (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid) FROM"
                + " pg_namespace n WHERE nspname = 'public'",
            "SELECT has('far'), has('conf')",
            "SELECT where_conf_is()",
            "SELECT has('far'), id FROM acct WHERE id = 2",
            "SELECT where_conf_is() FROM kinds",
            "INSERT INTO acct SELECT 200, relname FROM pg_class WHERE relname = 'far'",
            "INSERT INTO conf VALUES ('y', length(to_regclass('far')::text))",
            "DO $$ BEGIN IF to_regclass('conf') IS NULL THEN CREATE TABLE made (id bigint); END IF;"
                + " END $$")) {
      assertThat(twin.verify(sql)).as(sql).isNotInstanceOf(Verdict.Different.class);
    }
    assertThat(twin.verify("SELECT to_regclass('made') IS NULL")).isInstanceOf(Verdict.Equal.class);
    twin.execute("SELECT nextval('ids'), nextval('ids')");
    for (long id = 1; id < 10; id++) {
      assertThat(twin.verify("SELECT pg_sequence_last_value('ids'), id FROM acct WHERE id = ?", id))
          .isNotInstanceOf(Verdict.Different.class);
      assertThat(twin.verify("SELECT reached(), id FROM acct WHERE id = ?", id))
          .isNotInstanceOf(Verdict.Different.class);
    }
  }
}
