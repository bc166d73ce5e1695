package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClusterExtensionTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  static final ClusterExtension sameShape =
      ClusterExtension.of(PostgresCluster.builder().shards(3).replicasPerShard(0))
          .withCollation(Collation.icu("en-US"));

  @Test
  void everyShardHasTheClassesOwnDatabase() throws Exception {
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard)) {
        assertThat(Sql.value(connection, "SELECT current_database()"))
            .isEqualTo(cluster.database())
            .contains("clusterextensiontest");
      }
    }
    assertThat(cluster.primaryUrls()).containsOnlyKeys("s0", "s1", "s2");
  }

  @Test
  void equalShapesShareOneCluster() {
    assertThat(sameShape.cluster()).isSameAs(cluster.cluster());
    assertThat(sameShape.database()).isNotEqualTo(cluster.database());
  }

  @Test
  void aDatabaseMaySortLikeALanguage() throws Exception {
    String sorted = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['B', 'a', 'C']) x";
    try (Connection bytes = cluster.connect("s0");
        Connection english = sameShape.connect("s0")) {
      assertThat(Sql.value(bytes, sorted)).isEqualTo("BCa");
      assertThat(Sql.value(english, sorted)).isEqualTo("aBC");
    }
  }

  @Nested
  class InANestedClass {

    @Test
    void theDatabaseIsThatOfTheClassAroundIt() {
      assertThat(cluster.database()).contains("clusterextensiontest");
    }
  }
}
