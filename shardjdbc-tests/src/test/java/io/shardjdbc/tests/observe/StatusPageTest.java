package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ctl.Shardctl;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.status.StatusPage;
import io.shardjdbc.status.StatusTable;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page that shows how shards are, over servers that run. */
class StatusPageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension
  static final ClusterExtension CLUSTER =
      ClusterExtension.of(PostgresCluster.builder().shards(2).replicasPerShard(1));

  @TempDir static Path directory;

  private Path file = Path.of("shards.yaml");

  @BeforeEach
  void writeConfiguration() throws IOException {
    file =
        Files.writeString(
            directory.resolve("shards.yaml"),
            CLUSTER.shardsYaml() + "tables:\n  users: {key: id}\n  tags: {reference: true}\n");
  }

  @Test
  void itDrawsWhoOwnsWhatAndListsServersAndConnections() throws Exception {
    try (ShardDataSource shards = ShardDataSource.open(file)) {
      Element page = parsed(StatusPage.of(shards).html());
      assertThat(words(page, "p").get(0)).contains("2 shards", "epoch 0", "no rows are moving");
      assertThat(words(page, "li"))
          .anyMatch(line -> line.matches("s0: [0-9.]+ % in \\d+ ranges"))
          .anyMatch(line -> line.matches("s1: [0-9.]+ % in \\d+ ranges"));
      assertThat(words(page, "td"))
          .contains("s0.primary", "s1.primary", "HEALTHY")
          .anyMatch(cell -> cell.startsWith("s0.replica"));
      assertThat(words(page, "h2"))
          .contains("Servers", "Connections", "Moves", "In doubt", "Waits");

      // The picture shows owners as the router finds them: arcs of one colour end where they do.
      ShardId owner = shards.shardOf("users", 7L);
      assertThat(shards.shards()).contains(owner);
      assertThat(page.getElementsByTagName("path").getLength())
          .isEqualTo(shards.shards().size() * page.getElementsByTagName("svg").getLength());
    }
  }

  @Test
  void whoeverWaitsIsNamedWithoutValues() throws Exception {
    try (ShardDataSource shards = ShardDataSource.open(file);
        Connection holder = CLUSTER.connect("s0");
        Connection waiter = CLUSTER.connect("s0");
        Statement holding = holder.createStatement();
        Statement waiting = waiter.createStatement()) {
      holding.execute("CREATE TABLE IF NOT EXISTS held (id bigint, note text)");
      holder.setAutoCommit(false);
      holding.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
      Thread thread = new Thread(() -> insert(waiting), "waiter");
      thread.start();
      try {
        Deadline.in(PATIENCE)
            .await("the wait on the page", () -> words(page(shards), "td").contains("INSERT held"));
        assertThat(StatusPage.of(shards).html()).doesNotContain("a secret");
      } finally {
        holder.rollback();
        thread.join();
      }
    }
  }

  @Test
  void itEscapesEveryText() throws Exception {
    try (ShardDataSource shards = ShardDataSource.open(file)) {
      String odd = "<b>\"moves\" & 'more'</b>";
      StatusTable table = new StatusTable(odd, List.of(odd), List.of(List.of(odd)));
      Element page = parsed(StatusPage.of(shards).with(table).html());
      assertThat(words(page, "h2")).contains(odd);
      assertThat(words(page, "th")).contains(odd);
      assertThat(words(page, "td")).contains(odd);
      assertThat(page.getElementsByTagName("b").getLength()).isZero();
    }
  }

  @Test
  void shardctlServesItUntilItIsInterrupted() throws Exception {
    try (PipedReader pipe = new PipedReader();
        PrintWriter out = new PrintWriter(new PipedWriter(pipe), true);
        BufferedReader lines = new BufferedReader(pipe)) {
      Thread server =
          new Thread(
              () -> Shardctl.run(out, out, "serve", "--port", "0", "--config", file.toString()));
      server.start();
      URI address = URI.create(lines.readLine());
      HttpResponse<String> response = get(address);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValue("text/html; charset=utf-8");
      assertThat(words(parsed(response.body()), "h2")).contains("Servers", "Moves");
      assertThat(get(address.resolve("/else")).statusCode()).isEqualTo(404);
      server.interrupt();
      server.join(PATIENCE.toMillis());
      assertThat(server.isAlive()).isFalse();
    }
  }

  private static HttpResponse<String> get(URI address) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void insert(Statement statement) {
    try {
      statement.execute("INSERT INTO held VALUES (1, 'a secret')");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Element page(ShardDataSource shards) {
    try {
      return parsed(StatusPage.of(shards).html());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Read as XML, so that whatever is not escaped or not closed is found. */
  private static Element parsed(String html) throws Exception {
    String body = html.substring(html.indexOf('\n'));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)))
        .getDocumentElement();
  }

  private static List<String> words(Element page, String tag) {
    List<String> words = new ArrayList<>();
    NodeList found = page.getElementsByTagName(tag);
    for (int i = 0; i < found.getLength(); i++) {
      words.add(found.item(i).getTextContent());
    }
    return words;
  }
}
