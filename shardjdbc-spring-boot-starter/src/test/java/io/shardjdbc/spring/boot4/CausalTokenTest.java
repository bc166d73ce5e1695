package io.shardjdbc.spring.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.spring.boot.CausalTokenInterceptor;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** What one application has written, another sees that is told by a token. */
@Tag("long")
class CausalTokenTest {

  private static final String HEADER = "X-Causal-Token";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Cluster cluster;
  private static ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Found only where it is named. */
  @RestController
  static class Names {
    private final JdbcClient sql;
    private final RestClient others;

    Names(JdbcClient sql, CausalTokenInterceptor tokens) {
      this.sql = sql;
      this.others = RestClient.builder().requestInterceptor(tokens).build();
    }

    @GetMapping("/read")
    @Transactional(readOnly = true)
    public String read(@RequestParam("id") long id) {
      return sql.sql("SELECT name FROM users WHERE user_id = ?")
          .param(id)
          .query(String.class)
          .optional()
          .orElse("nobody");
    }

    /** By the newest of ways that the container has. */
    @GetMapping("/move-on")
    public void moveOn(HttpServletResponse response) throws Exception {
      try {
        HttpServletResponse.class
            .getMethod("sendRedirect", String.class, int.class, boolean.class)
            .invoke(response, "/read?id=1", 302, true);
      } catch (NoSuchMethodException e) { // before Servlet 6.1
        response.sendRedirect("/read?id=1");
      }
    }

    @GetMapping("/write")
    public String write(@RequestParam("id") long id, @RequestParam("then") String then) {
      sql.sql("INSERT INTO users VALUES (?, 'new')").param(id).update();
      return String.valueOf(others.get().uri(then).retrieve().body(String.class));
    }
  }

  /** No component, which the application of other tests would find. */
  @EnableAutoConfiguration
  static class Serving {
    @Bean
    Names names(JdbcClient sql, CausalTokenInterceptor tokens) {
      return new Names(sql, tokens);
    }
  }

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(1).replicasPerShard(1).start();
    ClusterShard shard = cluster.shards().get(0);
    context =
        new SpringApplicationBuilder(Serving.class)
            .run(
                "--server.port=0",
                "--shardjdbc.causal-token.enabled=true",
                "--shardjdbc.shards.s0.primary.url=" + shard.primary().jdbcUrl("postgres"),
                "--shardjdbc.shards.s0.replicas[0].url="
                    + shard.replicas().get(0).jdbcUrl("postgres"),
                "--shardjdbc.tables.users.key=user_id",
                "--shardjdbc.reads.max-lag=1h");
    execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    execute("INSERT INTO users VALUES (1, 'old')");
    cluster.awaitReplication();
  }

  @AfterAll
  static void stop() {
    context.close();
    cluster.close();
  }

  /** Beside the application, which knows nothing of it. */
  private static void execute(String sql) throws SQLException {
    ClusterNode primary = cluster.shards().get(0).primary();
    try (Connection connection = primary.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private HttpResponse<String> get(String path, List<String> tokens)
      throws IOException, InterruptedException {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    tokens.forEach(token -> request.header(HEADER, token));
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String read(List<String> tokens) throws IOException, InterruptedException {
    return get("/read?id=1", tokens).body();
  }

  @Test
  void aReadThatHasATokenSeesWhatItTells() throws Exception {
    ClusterNode replica = cluster.shards().get(0).replicas().get(0);
    cluster.awaitReplication(); // of what this process has written, or it reads from the primary
    replica.pauseReplay();
    try {
      execute("UPDATE users SET name = name || '!'");
      Deadline.in(PATIENCE)
          .await("a read that the replica answers", () -> read(List.of()).equals("old"));
      String token =
          context
              .getBean(ShardDataSource.class)
              .reads()
              .tokenOf(List.of(new ShardId("s0")))
              .encode();
      assertThat(read(List.of(token))).isEqualTo("old!");
      assertThat(read(List.of())).as("nothing is kept of it").isEqualTo("old");
    } finally {
      replica.resumeReplay();
    }
  }

  @Test
  void anAnswerThatSendsOnHasOne() throws Exception {
    CausalToken seen =
        context.getBean(ShardDataSource.class).reads().tokenOf(List.of(new ShardId("s0")));
    HttpResponse<String> answer = get("/move-on", List.of(seen.encode()));
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue(HEADER)).contains(seen.encode());
  }

  @Test
  void tokensGoOnToOthersAndComeBack() throws Exception {
    AtomicReference<String> sent = new AtomicReference<>("");
    List<String> answers = new ArrayList<>();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          sent.set(String.valueOf(exchange.getRequestHeaders().getFirst(HEADER)));
          exchange.getResponseHeaders().add(HEADER, answers.get(0));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    other.start();
    try {
      String then = "&then=http://127.0.0.1:" + other.getAddress().getPort() + "/";
      CausalToken before =
          context.getBean(ShardDataSource.class).reads().tokenOf(List.of(new ShardId("s0")));
      answers.add(before.encode());
      HttpResponse<String> answer = get("/write?id=2" + then, List.of());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      CausalToken told = CausalToken.parse(answer.headers().firstValue(HEADER).orElseThrow());
      CausalToken passedOn = CausalToken.parse(String.valueOf(sent.get()));
      assertThat(passedOn).as("what the request has written").isNotEqualTo(before);
      assertThat(passedOn.merge(before)).isEqualTo(passedOn);
      assertThat(told.merge(passedOn)).isEqualTo(told);

      answers.set(0, "nonsense");
      assertThat(get("/write?id=3" + then, List.of()).statusCode()).isEqualTo(500);
    } finally {
      other.stop(0);
    }
  }
}
