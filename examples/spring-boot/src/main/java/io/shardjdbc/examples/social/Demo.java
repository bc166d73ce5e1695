package io.shardjdbc.examples.social;

import io.shardjdbc.micrometer.ShardMetrics;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Two instances of the application, over four shards with a replica each. */
public final class Demo implements AutoCloseable {

  static final String DATABASE = "social";

  private final PostgresCluster cluster;
  private final Path configuration;
  private final List<ConfigurableApplicationContext> instances = new ArrayList<>();

  private Demo(PostgresCluster cluster, Path configuration) {
    this.cluster = cluster;
    this.configuration = configuration;
  }

  /** Starts it on ports 8081 and 8082, until the program is interrupted. */
  public static void main(String[] arguments) throws Exception {
    Demo demo = start(8081, 8082);
    Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "end"));
    for (int port : demo.ports()) {
      System.out.println("http://localhost:" + port + "/");
    }
    Thread.currentThread().join();
  }

  /** Starts servers and instances; port 0 takes any that is free. */
  static Demo start(int... ports) throws SQLException, IOException {
    PostgresCluster cluster = PostgresCluster.builder().shards(4).replicasPerShard(1).start();
    cluster.createDatabase(DATABASE);
    Path file = Files.createTempFile("shards", ".yaml");
    Files.writeString(file, cluster.shardsYaml(DATABASE) + tables());
    Demo demo = new Demo(cluster, file);
    for (int port : ports) {
      demo.instances.add(
          SpringApplication.run(
              SocialApplication.class, "--server.port=" + port, "--shardjdbc.config=file:" + file));
    }
    return demo;
  }

  private static String tables() {
    try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream("/tables.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The servers. */
  Cluster cluster() {
    return cluster;
  }

  /** Has the meters look now, which they do now and then. */
  void look() {
    instances.forEach(context -> context.getBean(ShardMetrics.class).refresh());
  }

  /** Where the instances listen. */
  List<Integer> ports() {
    return instances.stream()
        .map(
            context ->
                context.getEnvironment().getRequiredProperty("local.server.port", Integer.class))
        .toList();
  }

  @Override
  public void close() {
    instances.forEach(ConfigurableApplicationContext::close);
    cluster.close();
    configuration.toFile().delete();
  }
}
