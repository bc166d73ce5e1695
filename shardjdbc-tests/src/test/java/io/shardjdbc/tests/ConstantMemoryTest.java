package io.shardjdbc.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Merging takes no more memory for more rows: a JVM reads rows that its heap could not hold.
 *
 * <p>{@code -Dshardjdbc.merge.rows=5000000} reads so many, in a heap of 96 MB.
 */
@LongRun
class ConstantMemoryTest {

  private static final int ROWS = Integer.getInteger("shardjdbc.merge.rows", 200_000);

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  @Test
  void aJvmReadsMoreRowsThanItCouldHold(@TempDir Path directory) throws Exception {
    int shard = 0;
    for (ClusterShard each : cluster.cluster().shards()) {
      try (Connection connection = each.primary().connect(cluster.database());
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE VIEW numbers AS SELECT n, repeat('x', 100) AS filler FROM generate_series("
                + ++shard
                + "::bigint, "
                + ROWS
                + ", 4) n");
      }
    }
    Path file = directory.resolve("shards.yaml");
    Files.writeString(
        file, cluster.shardsYaml() + "\ntables:\n  numbers: {key: n}\nscatter: {timeout: 10m}\n");
    // A row of the driver's is about 200 bytes, so that all of them would be 40 MB, or a gigabyte.
    String heap = ROWS > 1_000_000 ? "-Xmx96m" : "-Xmx32m";
    try (ForkedJvm jvm =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of(heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
            MergeProgram.class,
            file.toString())) {
      assertThat(jvm.awaitLine("sorted")).isEqualTo("sorted " + ROWS);
      assertThat(jvm.awaitLine("descending")).isEqualTo("descending 100000");
      assertThat(jvm.awaitLine("grouped")).isEqualTo("grouped 1000");
      assertThat(jvm.awaitLine("cut")).isEqualTo("cut 10");
      assertThat(jvm.awaitLine("capped")).contains("SJ0317").contains("numbers");
      jvm.awaitLine("done");
    }
  }
}
