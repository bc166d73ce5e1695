package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/** The same program on one PostgreSQL, over one shard, and over all shards of a cluster. */
final class EachWay implements BeforeAllCallback, AfterAllCallback {

  /** What a program says of its doings. */
  interface Program {
    List<String> run(DataSource dataSource) throws Exception;
  }

  private final ClusterExtension cluster;
  private final String settings;
  private PGSimpleDataSource alone;
  private ShardDataSource one;
  private ShardDataSource all;

  /**
   * The settings are what a configuration file says beside its shards; a program that asks for less
   * than two-phase transactions shows more.
   */
  EachWay(ClusterExtension cluster, String settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    alone = new PGSimpleDataSource();
    alone.setUrl(urls("_alone").get("s0"));
    one = open("shards: {s0: {primary: \"%s\"}}\n".formatted(urls("_one").get("s1")));
    all = open(cluster.shardsYaml());
  }

  private Map<String, String> urls(String suffix) throws SQLException {
    String database = cluster.database() + suffix;
    cluster.cluster().createDatabase(database);
    return cluster.cluster().primaryUrls(database);
  }

  private ShardDataSource open(String shards) throws SQLException {
    return ShardDataSource.of(ConfigurationYaml.parse(shards + settings, name -> null));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    one.close();
    all.close();
  }

  ShardDataSource shards() {
    return all;
  }

  /** Runs it each way, and wants the same to be said. */
  void same(Program program) throws Exception {
    List<String> expected = program.run(alone);
    assertThat(expected).isNotEmpty();
    assertThat(program.run(one)).as("over one shard").isEqualTo(expected);
    assertThat(program.run(all)).as("over all shards").isEqualTo(expected);
    for (ShardDataSource shards : List.of(one, all)) {
      assertThat(shards.usage()).allMatch(node -> node.lent() == 0);
    }
  }
}
