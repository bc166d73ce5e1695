package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the databases have no map, nothing is paid for it. */
class WithoutMapTest {

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  private final MovingShards shards = new MovingShards(CLUSTER);

  @Test
  void aDataSourceHasOneConnectionToEachShardOfWhichOneIsNeeded() throws Exception {
    shards.createTables();
    shards.fill(20);
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.sharded("users", "id").sharded("posts", "user_id"));
    shards.urls().forEach((shard, url) -> builder.shard(shard.name(), named(url)));
    try (ShardDataSource process = builder.build()) {
      for (int i = 0; i < 5; i++) {
        try (Connection connection = process.getConnection();
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT count(*) FROM users")) {
          assertThat(rows.next()).isTrue();
        }
      }
      for (var shard : shards.urls().keySet()) {
        assertThat(
                shards.number(
                    shard,
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counted'"))
            .isOne();
        assertThat(
                shards.number(
                    shard,
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
            .isZero();
      }
    }
  }

  private static String named(String url) {
    return url + (url.contains("?") ? "&" : "?") + "ApplicationName=counted";
  }
}
