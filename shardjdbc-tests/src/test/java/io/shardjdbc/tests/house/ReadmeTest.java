package io.shardjdbc.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows, done. */
class ReadmeTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  @TempDir private Path directory;

  @Test
  void theQuickStartHasTheDemoFirstAndTheTestsSecond() throws IOException {
    Markdown readme = Markdown.page("README.md");
    assertThat(readme.text().lines().count()).isLessThan(150);
    assertThat(readme.blocks("sh")).hasSize(1);
    assertThat(readme.blocks("sh").get(0).lines()).hasSize(2).last().isEqualTo("mvn verify");
  }

  @Test
  void theExampleRunsWithTheConfigurationBesideIt() throws Exception {
    Markdown readme = Markdown.page("README.md");
    String configuration =
        readme
            .blocks("yaml")
            .get(0)
            .replace("jdbc:postgresql://db0/app", url(shard("s0").primary()))
            .replace("jdbc:postgresql://db0r1/app", url(shard("s0").replicas().get(0)))
            .replace("jdbc:postgresql://db1/app", url(shard("s1").primary()))
            .replace("username: app", "username: postgres")
            .replace("${DB_PASSWORD}", "none");
    Path file = directory.resolve("shardjdbc.yaml");
    Files.writeString(file, configuration);
    insertPosts(file);

    Snippet example = Snippet.of("Example", readme.blocks("java").get(0));
    Files.writeString(directory.resolve("Example.java"), example.source());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "Example.java"))
            .directory(directory.toFile())
            .redirectError(directory.resolve("log").toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed.lines()).containsExactlyInAnyOrder("one", "two");
    assertThat(process.exitValue()).isZero();
  }

  private static void insertPosts(Path configuration) throws SQLException {
    try (ShardDataSource dataSource = ShardDataSource.open(configuration);
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE posts (user_id bigint, post_id bigint, body text)");
      statement.execute(
          "INSERT INTO posts VALUES (42, 1, 'one'), (42, 2, 'two'), (43, 3, 'another')");
    }
  }

  private static ClusterShard shard(String name) {
    return cluster.shard(name);
  }

  private static String url(ClusterNode node) {
    return "jdbc:postgresql://%s:%d/%s".formatted(node.host(), node.port(), cluster.database());
  }
}
