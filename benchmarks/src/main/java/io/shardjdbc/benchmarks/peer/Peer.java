package io.shardjdbc.benchmarks.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/** ShardingSphere-JDBC over the same servers, with the same driver and the same pool as ours. */
public final class Peer implements AutoCloseable {

  private static final String FACTORY =
      "org.apache.shardingsphere.driver.api.yaml.YamlShardingSphereDataSourceFactory";

  private final PeerClasses classes;
  private final DataSource dataSource;

  private Peer(PeerClasses classes, DataSource dataSource) {
    this.classes = classes;
    this.dataSource = dataSource;
  }

  /**
   * Opens it over the table {@code users}, whose rows lie by the remainder of {@code user_id}.
   *
   * @param jars the directory of its jars
   * @param urls of its shards
   * @param connections of each pool
   */
  public static Peer open(Path jars, List<String> urls, int connections) throws Exception {
    PeerClasses classes = new PeerClasses(jars);
    try {
      return inside(
          classes,
          () -> {
            Object made =
                classes
                    .loadClass(FACTORY)
                    .getMethod("createDataSource", byte[].class)
                    .invoke(null, (Object) described(urls, connections));
            return new Peer(classes, (DataSource) Objects.requireNonNull(made));
          });
    } catch (Exception e) {
      classes.close();
      throw e;
    }
  }

  private static byte[] described(List<String> urls, int connections) {
    StringBuilder yaml = new StringBuilder("databaseName: peer\ndataSources:\n");
    for (int shard = 0; shard < urls.size(); shard++) {
      yaml.append("  ds_").append(shard).append(":\n");
      yaml.append("    dataSourceClassName: com.zaxxer.hikari.HikariDataSource\n");
      yaml.append("    driverClassName: org.postgresql.Driver\n");
      yaml.append("    jdbcUrl: ").append(urls.get(shard)).append('\n');
      yaml.append("    maximumPoolSize: ").append(connections).append('\n');
    }
    yaml.append(
        """
        rules:
        - !SHARDING
          tables:
            users:
              actualDataNodes: ds_${0..%d}.users
              databaseStrategy:
                standard:
                  shardingColumn: user_id
                  shardingAlgorithmName: remainder
          shardingAlgorithms:
            remainder:
              type: INLINE
              props:
                algorithm-expression: ds_${user_id %% %d}
        """
            .formatted(urls.size() - 1, urls.size()));
    return yaml.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What uses it. */
  @FunctionalInterface
  public interface Use<T> {
    T with(DataSource dataSource) throws Exception;
  }

  /** Uses it from a thread that finds its services, which it looks up when it needs them. */
  public <T> T use(Use<T> use) throws Exception {
    return inside(classes, () -> use.with(dataSource));
  }

  private interface Call<T> {
    T run() throws Exception;
  }

  private static <T> T inside(PeerClasses classes, Call<T> call) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      return call.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (dataSource instanceof AutoCloseable closeable) {
        inside(
            classes,
            () -> {
              closeable.close();
              return true;
            });
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      classes.close();
    }
  }
}
