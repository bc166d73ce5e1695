package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VersionsTest {

  @ParameterizedTest
  @EnumSource(names = "V18", mode = EnumSource.Mode.EXCLUDE) // that of all other tests
  void everyOlderVersionStartsAndReplicates(PostgresVersion version) throws Exception {
    try (PostgresCluster cluster =
        PostgresCluster.builder().replicasPerShard(1).version(version).start()) {
      cluster.createDatabase("app");
      cluster.createDatabase("english", Collation.icu("en-US"));
      ClusterShard shard = cluster.shard("s0");
      try (Connection connection = shard.primary().connect("app");
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t AS SELECT 'here' AS word");
        assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(version.major());
        assertThat(Sql.value(connection, "SELECT string_agg(x, '' ORDER BY x) FROM" + LETTERS))
            .isEqualTo("BCa");
      }
      shard.awaitReplication();
      ClusterNode replica = shard.replicas().get(0);
      try (Connection connection = replica.connect("app")) {
        assertThat(Sql.value(connection, "SELECT word FROM t")).isEqualTo("here");
      }
      try (Connection connection = replica.connect("english")) {
        assertThat(Sql.value(connection, "SELECT string_agg(x, '' ORDER BY x) FROM" + LETTERS))
            .isEqualTo("aBC");
      }
      replica.rebuildFrom(shard.primary());
      shard.awaitReplication();
    }
  }

  private static final String LETTERS = " unnest(ARRAY['B', 'a', 'C']) x";
}
