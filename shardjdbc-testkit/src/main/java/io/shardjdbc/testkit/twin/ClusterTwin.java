package io.shardjdbc.testkit.twin;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens both sides of a twin on one cluster. */
final class ClusterTwin {

  private ClusterTwin() {}

  static TwinDatabase open(
      Cluster cluster,
      String database,
      TransactionMode transactions,
      Consumer<RoutingConfiguration.Builder> tables)
      throws SQLException {
    ClusterNode first = cluster.shards().get(0).primary();
    String copy = database + "_single";
    try (Connection connection = first.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DATABASE %s TEMPLATE %s"
              .formatted(Identifiers.quote(copy), Identifiers.quote(database)));
    }
    RoutingConfiguration.Builder routing = RoutingConfiguration.builder();
    ShardDataSourceBuilder sharded =
        ShardDataSource.builder()
            .transactions(transactions)
            .tables(tables)
            .schema(SchemaMode.OFF); // what a constraint of one shard misses, the twin shows
    TwinDatabase.Builder twin = TwinDatabase.builder().single(dataSource(first, copy));
    for (ClusterShard shard : cluster.shards()) {
      routing.shards(shard.name());
      sharded.shard(shard.name(), shard.primary().jdbcUrl(database));
      twin.shard(shard.name(), dataSource(shard.primary(), database));
    }
    tables.accept(routing);
    ShardDataSource dataSource = sharded.build();
    try {
      return twin.sharded(dataSource).routing(routing.build()).closing(dataSource).open();
    } catch (SQLException | RuntimeException e) {
      dataSource.close();
      throw e;
    }
  }

  private static DataSource dataSource(ClusterNode node, String database) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setURL(node.jdbcUrl(database));
    return dataSource;
  }
}
