package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commits over shards mean the server's functions, operators and types, whatever is beside them.
 */
class NamesInCommitsTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(CLUSTER);

  private ShardDataSource dataSource;

  private static String function(String name, String arguments, String type) {
    return "CREATE FUNCTION own.%s(%s) RETURNS %s LANGUAGE plpgsql AS $$ BEGIN RAISE 'own %s'; END $$"
        .formatted(name, arguments, type, name);
  }

  private static String operator(String name, String left, String right, String type, int number) {
    return function("operator" + number, left + "," + right, type)
        + "; CREATE OPERATOR own.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = own.operator%d)"
            .formatted(name, left, right, number);
  }

  @BeforeEach
  void open() throws SQLException {
    plain.everywhere(
        "CREATE TABLE users (user_id bigint PRIMARY KEY, n int)",
        "CREATE SCHEMA own",
        function("set_config", "text,text,boolean", "text"),
        function("current_setting", "text", "text"),
        function("array_position", "text[],text", "int"),
        function("make_interval", "secs float8", "interval"),
        function("clock_timestamp", "", "timestamptz"),
        function("pg_advisory_xact_lock_shared", "int,int", "void"),
        function("pg_current_xact_id_if_assigned", "", "xid8"),
        operator("<>", "name", "text", "bool", 1),
        operator("=", "text", "text", "bool", 2),
        operator(">=", "uuid", "uuid", "bool", 3),
        operator("*", "numeric", "int4", "numeric", 4),
        operator("+", "timestamptz", "interval", "timestamptz", 5),
        "CREATE TABLE own.seen (user_id bigint)",
        "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO seen VALUES (NEW.user_id); RETURN NEW; END'",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION see()");
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    CLUSTER.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .transactions(TransactionMode.TWO_PHASE)
            .tables(
                t ->
                    t.sharded("users", "user_id")
                        .sharded("own.seen", "user_id")
                        .function("see", FunctionPromise.SHARD_LOCAL))
            .build();
  }

  @AfterEach
  void close() throws SQLException {
    dataSource.close();
    plain.everywhere("DROP TABLE users", "DROP SCHEMA own CASCADE", "DROP FUNCTION see");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public, own", "own, public, pg_catalog"})
  void thoseOfTheApplicationTakeNoPart(String path) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET search_path = " + path);
      statement.executeUpdate(
          "INSERT INTO public.users VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)");
      connection.commit();
      try (ResultSet row = statement.executeQuery("SHOW search_path")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo(path);
      }
    }
    assertThat(plain.rows("SELECT count(*) FROM pg_prepared_xacts")).containsOnly("0");
    for (String table : new String[] {"users", "own.seen"}) {
      assertThat(plain.rows("SELECT user_id FROM " + table))
          .as("deferred triggers go by the path of the session")
          .containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6");
    }
  }

  @Test
  void norInRecoveryWhoseLoginHasAPathOfItsOwn() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    CLUSTER
        .primaryUrls()
        .forEach(
            (shard, url) ->
                builder.shard(
                    shard, url + (url.contains("?") ? "&" : "?") + "currentSchema=own,public"));
    try (ShardDataSource other =
        builder
            .transactions(TransactionMode.TWO_PHASE)
            .schema(SchemaMode.OFF)
            .tables(t -> t.sharded("users", "user_id"))
            .build()) {
      other.transactions().install();
      assertThat(other.transactions().inDoubt()).isEmpty();
      assertThat(other.transactions().recover().unreachable()).isEmpty();
    }
  }
}
