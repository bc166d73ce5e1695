package io.shardjdbc.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardIds;
import io.shardjdbc.outcome.RetryAdvice;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The starter in a new application, over four shards and over one. */
class StarterTest {

  private static final String TABLE = "CREATE TABLE users (user_id bigint PRIMARY KEY, name text)";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> send(
      ConfigurableApplicationContext context, String method, String path, String body, String token)
      throws IOException, InterruptedException {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("X-Causal-Token", token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String get(ConfigurableApplicationContext context, String path)
      throws IOException, InterruptedException {
    return send(context, "GET", path, "", "").body();
  }

  private String page(ConfigurableApplicationContext context, String path)
      throws IOException, InterruptedException {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", "text/html")
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  private static String url(ClusterNode node) {
    return node.jdbcUrl("postgres").replaceAll("([?&])user=[^&]*&?", "$1").replaceAll("[?&]$", "");
  }

  private static Path file(Path directory, Cluster cluster) throws IOException {
    StringBuilder yaml = new StringBuilder("shards:\n");
    for (ClusterShard shard : cluster.shards()) {
      yaml.append("  %s: {primary: \"%s\"}\n".formatted(shard.name(), url(shard.primary())));
    }
    yaml.append("tables: {users: {key: user_id}}\npool: {connectionTimeout: 1s}\n");
    return Files.writeString(directory.resolve("shards.yaml"), yaml.toString());
  }

  private static ConfigurableApplicationContext start(String... properties) {
    List<String> all = new ArrayList<>(List.of(properties));
    all.addAll(
        List.of(
            "--server.port=0",
            "--spring.main.banner-mode=off",
            "--logging.level.root=warn",
            "--management.endpoints.web.exposure.include=*",
            "--management.endpoint.health.show-details=always",
            "--management.endpoint.health.probes.enabled=true",
            "--shardjdbc.causal-token.enabled=true"));
    return SpringApplication.run(Application.class, all.toArray(String[]::new));
  }

  private static long connections(Cluster cluster) throws SQLException {
    long all = 0;
    for (ClusterShard shard : cluster.shards()) {
      try (Connection connection = shard.primary().connect("postgres");
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                      + " AND pid <> pg_backend_pid()")) {
        row.next();
        all += row.getLong(1);
      }
    }
    return all;
  }

  private static long count(ConfigurableApplicationContext context) {
    JdbcClient sql = context.getBean(JdbcClient.class);
    Long count =
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
            .execute(status -> sql.sql("SELECT count(*) FROM users").query(Long.class).single());
    return count == null ? -1 : count;
  }

  /** As the page on Spring says: the whole transaction, as long as the advice is to. */
  private static long tryAgain(ConfigurableApplicationContext context) throws Exception {
    long[] count = new long[1];
    Deadline.in(PATIENCE)
        .await(
            "a try that ends well",
            () -> {
              try {
                count[0] = count(context);
                return true;
              } catch (RuntimeException e) {
                if (RetryAdvice.of(e) == RetryAdvice.AGAIN) {
                  return false;
                }
                throw e;
              }
            });
    return count[0];
  }

  @Test
  void aUrlAloneMakesAnOrdinaryApplicationRunOverFourShards(@TempDir Path directory)
      throws Exception {
    try (Cluster cluster = PostgresCluster.builder().shards(4).start()) {
      Path yaml = file(directory, cluster);
      try (ConfigurableApplicationContext context =
          start(
              "--spring.datasource.url=jdbc:shardjdbc:file:" + yaml + "?ApplicationName=of-boot",
              "--spring.datasource.username=" + cluster.shards().get(0).primary().username())) {
        assertThat(context.getBean(DataSource.class)).isInstanceOf(ShardDataSource.class);
        context.getBean(JdbcClient.class).sql(TABLE).update();
        String token = "";
        for (int id = 1; id <= 8; id++) {
          HttpResponse<String> put = send(context, "PUT", "/users/" + id, "user" + id, token);
          assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
          token = put.headers().firstValue("X-Causal-Token").orElseThrow();
        }
        assertThat(get(context, "/users/7")).isEqualTo("user7");
        assertThat(get(context, "/users")).isEqualTo("8");
        assertThat(send(context, "GET", "/users/7", "", token).headers().map())
            .containsKey("X-Causal-Token");
        assertThat(send(context, "GET", "/users/7", "", "nonsense").statusCode()).isEqualTo(400);
        assertThat(
                context
                    .getBean(JdbcClient.class)
                    .sql("SHOW application_name")
                    .query()
                    .singleValue())
            .isEqualTo("of-boot");

        assertThat(get(context, "/actuator/shards"))
            .contains(
                "\"s0\"",
                "\"s3\"",
                "HEALTHY",
                "inDoubt",
                "\"moves\":[]",
                "\"epoch\":0",
                "s2.primary")
            .doesNotContain("jdbc:", "password");
        beginMove(cluster.shards().get(0).primary());
        assertThat(get(context, "/actuator/shards"))
            .contains("\"move\":7", "\"share\":0.5", "\"source\":\"s0\"", "\"target\":\"s3\"")
            .contains("\"step\":\"COPY\"", "\"held\":false");
        assertThat(page(context, "/actuator/shards"))
            .contains("<svg", "s3: ", "In doubt", "50.00 % of users");
        assertThat(get(context, "/actuator/metrics/shard.requests")).contains("s3.primary");
        assertThat(get(context, "/actuator/metrics/hikaricp.connections"))
            .contains("shardjdbc-s3.primary");
        assertThat(get(context, "/actuator/health")).contains("\"shards\"", "\"s3\"", "\"UP\"");

        ClusterNode lost = cluster.shards().get(3).primary();
        lost.kill();
        assertThat(send(context, "GET", "/actuator/health", "", "").statusCode()).isEqualTo(503);
        assertThat(get(context, "/actuator/health/shards/s3")).contains("DOWN", "SJ0501");
        assertThat(get(context, "/actuator/health/shards/s0")).contains("UP");
        assertThat(send(context, "GET", "/actuator/health/liveness", "", "").statusCode())
            .isEqualTo(200);
        assertThatThrownBy(() -> count(context))
            .isInstanceOf(TransientDataAccessException.class)
            .satisfies(e -> assertThat(RetryAdvice.of(e)).isEqualTo(RetryAdvice.AGAIN));
        lost.start();
        assertThat(tryAgain(context)).isEqualTo(8);
        long id = context.getBean(ShardIds.class).next();

        context.stop();
        Deadline.in(PATIENCE)
            .await("the pools of a stopped context", () -> connections(cluster) == 0);
        assertThatThrownBy(context.getBean(DataSource.class)::getConnection)
            .hasMessageContaining("SJ0707");
        context.start();
        assertThat(tryAgain(context)).isEqualTo(8);
        assertThat(context.getBean(ShardIds.class).next()).isGreaterThan(id);
      }
      Deadline.in(PATIENCE)
          .await("the pools of all servers to be closed", () -> connections(cluster) == 0);
    }
  }

  /** What a mover has written down, as far as an application reads it. */
  private static void beginMove(ClusterNode source) throws SQLException {
    try (Connection connection = source.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE SCHEMA IF NOT EXISTS shardjdbc; CREATE TABLE shardjdbc.move (id int, map_id uuid,"
              + " role text, placement text, positions int8multirange, source text, target text,"
              + " step text, phase text, changed timestamptz); INSERT INTO shardjdbc.move VALUES"
              + " (7, gen_random_uuid(), 'source', 'users', '{[-9223372036854775808,-1]}',"
              + " 's0', 's3', 'COPY', 'outgoing', now())");
    }
  }

  @Tag("long")
  @Test
  void overOneShardPropertiesSayItAllAndReadOnlyTransactionsReadReplicas() throws Exception {
    try (Cluster cluster = PostgresCluster.builder().shards(1).replicasPerShard(1).start()) {
      ClusterShard shard = cluster.shards().get(0);
      try (ConfigurableApplicationContext context =
          start(
              "--shardjdbc.shards.s0.primary.url=" + url(shard.primary()),
              "--shardjdbc.shards.s0.replicas[0].url=" + url(shard.replicas().get(0)),
              "--shardjdbc.tables.users.key=user_id",
              "--shardjdbc.reads.max-lag=1h",
              "--shardjdbc.username=" + shard.primary().username())) {
        JdbcClient sql = context.getBean(JdbcClient.class);
        sql.sql(TABLE).update();
        assertThat(send(context, "PUT", "/users/1", "one", "").statusCode()).isEqualTo(200);
        assertThat(get(context, "/users/1")).isEqualTo("one");
        TransactionTemplate readOnly =
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        readOnly.setReadOnly(true);
        Deadline.in(PATIENCE)
            .await(
                "a read on the replica",
                () -> {
                  readOnly.execute(
                      status -> sql.sql("SELECT count(*) FROM users").query().singleValue());
                  return get(context, "/actuator/metrics/shard.requests?tag=role:replica")
                      .contains("COUNT");
                });
        assertThat(get(context, "/actuator/health/shards")).contains("replica");
      }
    }
  }

  /**
   * An application that has a DataSource keeps it; no component, which the other one would find.
   */
  @EnableAutoConfiguration
  static class OfItsOwn {
    @Bean
    DataSource dataSource() {
      return new SimpleDriverDataSource();
    }
  }

  @Tag("long")
  @Test
  void aDataSourceOfTheApplicationComesFirst() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(OfItsOwn.class)
            .web(WebApplicationType.NONE)
            .run("--shardjdbc.config=classpath:none.yaml", "--spring.main.banner-mode=off")) {
      assertThat(context.getBeansOfType(ShardDataSource.class)).isEmpty();
    }
  }

  @Test
  void whoExcludesBootsDataSourceHasNoneByItsUrl() {
    String without =
        "--spring.autoconfigure.exclude="
            + "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration,"
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";
    String url = "--spring.datasource.url=jdbc:shardjdbc:classpath:none.yaml";
    String shard = "--shardjdbc.shards.s0.primary.url=jdbc:postgresql://127.0.0.1/none";
    assertThat(dataSources(without, url)).isZero();
    assertThat(
            dataSources(
                without, shard, "--shardjdbc.tables.users.key=id", "--shardjdbc.schema=off"))
        .isOne();
  }

  private static int dataSources(String... properties) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(WithoutComponents.class)
            .web(WebApplicationType.NONE)
            .run(properties)) {
      return context.getBeansOfType(DataSource.class).size();
    }
  }

  @EnableAutoConfiguration
  static class WithoutComponents {}

  @Tag("long")
  @Test
  void aFaultOfTheConfigurationStopsTheStart() {
    assertThatThrownBy(() -> start("--shardjdbc.config=classpath:none.yaml"))
        .hasStackTraceContaining("SJ0101")
        .hasStackTraceContaining("there is no resource none.yaml");
  }
}
