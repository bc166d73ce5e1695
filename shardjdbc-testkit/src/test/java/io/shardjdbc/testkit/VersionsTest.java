package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@LongRun
class VersionsTest {

  /** That of all other tests is not among them. */
  private static List<PostgresVersion> older() {
    return Whole.or(
        List.of(PostgresVersion.V15),
        List.of(PostgresVersion.V15, PostgresVersion.V16, PostgresVersion.V17));
  }

  @ParameterizedTest
  @MethodSource("older")
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
