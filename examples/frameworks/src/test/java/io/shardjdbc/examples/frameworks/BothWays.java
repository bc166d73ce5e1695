package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/** The same program over all shards of a cluster, over one shard, and over one PostgreSQL. */
final class BothWays implements BeforeAllCallback, AfterAllCallback {

  /** What a program says of its doings. */
  interface Program {
    List<String> run(DataSource dataSource) throws Exception;
  }

  private final ClusterExtension cluster;
  private ShardDataSource shards;
  private ShardDataSource oneShard;
  private PGSimpleDataSource one;

  BothWays(ClusterExtension cluster) {
    this.cluster = cluster;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    shards = open(cluster.primaryUrls());
    String database = cluster.database() + "_one";
    cluster.cluster().createDatabase(database);
    oneShard = open(Map.of("s0", cluster.cluster().primaryUrls(database).get("s0")));
    one = new PGSimpleDataSource();
    one.setUrl(cluster.primaryUrls().get("s0"));
    try (Connection connection = one.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA alone");
    }
    one.setCurrentSchema("alone");
  }

  private static ShardDataSource open(Map<String, String> urls) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    urls.forEach(builder::shard);
    return builder
        .tables(
            t ->
                t.sharded("customer", "id")
                    .sharded("purchase", "customer_id")
                    .sharded("note", "id")
                    .reference("country"))
        .build();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    shards.close();
    oneShard.close();
  }

  ShardDataSource shards() {
    return shards;
  }

  void execute(String... statements) throws SQLException {
    for (DataSource dataSource : List.of(shards, oneShard, one)) {
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }
  }

  /** Runs it each way, and wants the same to be said. */
  void same(Program program) throws Exception {
    List<String> expected = program.run(one);
    assertThat(expected).isNotEmpty();
    for (ShardDataSource over : List.of(oneShard, shards)) {
      assertThat(program.run(over)).as("over %d shards", over.usage().size()).isEqualTo(expected);
      assertThat(over.usage()).allMatch(node -> node.lent() == 0);
    }
  }

  /** The tables of the shop. */
  static final String[] SHOP = {
    "CREATE TABLE country (code text PRIMARY KEY, name text)",
    "CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL, country_code text REFERENCES"
        + " country, version int NOT NULL DEFAULT 0)",
    "CREATE TABLE purchase (customer_id bigint, number int, amount numeric(12, 2) NOT NULL,"
        + " bought timestamptz DEFAULT now(), PRIMARY KEY (customer_id, number))",
    "INSERT INTO country VALUES ('de', 'Germany'), ('fr', 'France')"
  };
}
