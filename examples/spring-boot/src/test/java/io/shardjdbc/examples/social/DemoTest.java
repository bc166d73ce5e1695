package io.shardjdbc.examples.social;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both instances, as clients use them. */
@Tag("long")
class DemoTest {

  private static final String TOKEN = "X-Causal-Token";

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:shard|cross|scatter|hikaricp)_[a-z_]+\\b");

  /** As far as an application reads it. */
  private static final String MOVE =
      "CREATE SCHEMA IF NOT EXISTS shardjdbc; CREATE TABLE shardjdbc.move (id int, map_id uuid,"
          + " role text, placement text, positions int8multirange, source text, target text,"
          + " step text, phase text, changed timestamptz); INSERT INTO shardjdbc.move VALUES"
          + " (7, gen_random_uuid(), 'source', 'person', '{[-9223372036854775808,-1]}',"
          + " 's0', 's3', 'COPY', 'outgoing', now())";

  private static @Nullable Demo demo;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    demo = Demo.start(0, 0);
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(demo).close();
  }

  private HttpResponse<String> send(int instance, String method, String path, String token)
      throws IOException, InterruptedException {
    int port = Objects.requireNonNull(demo).ports().get(instance);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", path.equals("/actuator/shards") ? "text/html" : "*/*")
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header(TOKEN, token);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  @Test
  void whatOneInstanceWritesTheOtherSeesByItsToken() throws Exception {
    List<Long> people = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      HttpResponse<String> joined = send(0, "POST", "/people?name=person" + i, "");
      String token = joined.headers().firstValue(TOKEN).orElseThrow();
      people.add(Long.valueOf(joined.body()));
      assertThat(send(1, "GET", "/people/" + joined.body(), token).body()).isEqualTo("person" + i);
    }
    assertThat(people).doesNotHaveDuplicates();

    long author = people.get(3);
    HttpResponse<String> written = send(1, "POST", "/people/" + author + "/posts?text=hello", "");
    String post = written.body().replaceAll(".*\"id\":(\\d+).*", "$1");
    HttpResponse<String> liked =
        send(0, "POST", "/people/" + author + "/posts/" + post + "/likes", token(written));
    assertThat(liked.body()).isEqualTo("1");
    assertThat(send(1, "GET", "/people/" + author + "/posts", token(liked)).body())
        .contains("hello", "\"likes\":1");
    assertThat(send(1, "GET", "/latest", token(liked)).body()).contains("hello");
    assertThat(Long.parseLong(send(0, "GET", "/people/count", "").body()))
        .isGreaterThanOrEqualTo(8);
  }

  @Test
  void thePageShowsWhereStatementsRan() throws Exception {
    String id = send(0, "POST", "/people?name=reader", "").body();
    send(0, "GET", "/people/" + id, "");
    send(0, "GET", "/latest", "");
    assertThat(send(0, "GET", "/", "").body())
        .contains("SELECT person", "one_shard", "SELECT post", "scatter", "s0, s1, s2, s3")
        .contains("INSERT person", "(writes)");
    assertThat(send(0, "GET", "/actuator/shards", "").body()).contains("<svg");
  }

  /**
   * The rules are those of the documentation; a mover has written down that it is about to begin.
   */
  @Test
  void prometheusFindsWhatTheRulesAskFor() throws Exception {
    send(0, "GET", "/people/count", "");
    try (Connection s0 =
            Objects.requireNonNull(demo)
                .cluster()
                .shards()
                .get(0)
                .primary()
                .connect(Demo.DATABASE);
        Statement statement = s0.createStatement()) {
      statement.execute(MOVE);
    }
    Set<String> asked = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("../../docs/observability/alerts.yaml"))) {
      if (!line.strip().startsWith("annotations:")) {
        METRIC.matcher(line).results().map(MatchResult::group).forEach(asked::add);
      }
    }
    assertThat(asked).contains("shard_level", "shard_move_kept_log_bytes").hasSizeGreaterThan(10);
    Set<String> missing = new TreeSet<>(asked);
    Deadline.in(Duration.ofMinutes(1))
        .await(
            "all of " + asked,
            () -> {
              Objects.requireNonNull(demo).look();
              missing.removeAll(scraped());
              return missing.isEmpty();
            });
  }

  private Set<String> scraped() throws IOException, InterruptedException {
    return send(0, "GET", "/actuator/prometheus", "")
        .body()
        .lines()
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }

  private static String token(HttpResponse<String> response) {
    return response.headers().firstValue(TOKEN).orElseThrow();
  }
}
