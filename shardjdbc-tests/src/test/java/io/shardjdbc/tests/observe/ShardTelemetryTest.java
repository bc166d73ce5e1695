package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.opentelemetry.ShardTelemetry;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spans and metrics of statements over a cluster that runs. */
class ShardTelemetryTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private static final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private static final OpenTelemetry telemetry =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .build();

  private static final List<ShardDataSource> OPEN = new ArrayList<>();
  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = open(ShardTelemetry.of(telemetry));
    execute(dataSource, "CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
    spans.reset();
  }

  @AfterAll
  static void close() {
    OPEN.forEach(ShardDataSource::close);
  }

  @AfterEach
  void forget() {
    spans.reset();
  }

  private static ShardDataSource open(ShardTelemetry listener) throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    ShardDataSource opened =
        builder.tables(tables -> tables.sharded("users", "user_id")).listener(listener).build();
    OPEN.add(opened);
    return opened;
  }

  private static void execute(ShardDataSource on, String sql) throws SQLException {
    try (Connection connection = on.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static SpanData only(List<SpanData> all, SpanKind kind) {
    List<SpanData> found = all.stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static String text(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  @Test
  void aScatterIsOneSpanWithARequestToEachShardBelowIt() throws SQLException {
    Span around = telemetry.getTracer("test").spanBuilder("http").startSpan();
    try (Scope scope = around.makeCurrent()) {
      assertThat(scope).isNotNull();
      execute(dataSource, "SELECT name FROM users WHERE name = 'a secret'");
    } finally {
      around.end();
    }
    List<SpanData> all = spans.getFinishedSpanItems();
    SpanData statement =
        all.stream()
            .filter(s -> s.getKind() == SpanKind.INTERNAL && !s.getName().equals("http"))
            .findFirst()
            .orElseThrow();
    assertThat(statement.getName()).isEqualTo("SELECT users");
    assertThat(statement.getParentSpanId()).isEqualTo(around.getSpanContext().getSpanId());
    assertThat(text(statement, "db.system.name")).isEqualTo("postgresql");
    assertThat(text(statement, "db.query.summary")).isEqualTo("SELECT users");
    assertThat(text(statement, "shardjdbc.way")).isEqualTo("scatter");
    assertThat(text(statement, "db.query.text")).isNull();
    assertThat(all.stream().filter(s -> s.getKind() == SpanKind.CLIENT))
        .hasSize(3)
        .allSatisfy(
            request -> {
              assertThat(request.getParentSpanId()).isEqualTo(statement.getSpanId());
              assertThat(text(request, "server.address")).isNotEmpty();
              assertThat(request.getAttributes().get(AttributeKey.longKey("server.port")))
                  .isPositive();
              assertThat(text(request, "db.namespace")).isEqualTo(cluster.database());
              assertThat(text(request, "shardjdbc.node.reason")).isEqualTo("only_server");
            })
        .extracting(request -> text(request, "shardjdbc.shard"))
        .containsExactlyInAnyOrder("s0", "s1", "s2");
    assertThat(all.toString()).doesNotContain("secret");
  }

  private static MetricData durations() {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals("db.client.operation.duration"))
        .findFirst()
        .orElseThrow();
  }

  private static long recorded() {
    return durations().getHistogramData().getPoints().stream()
        .mapToLong(HistogramPointData::getCount)
        .sum();
  }

  @Test
  void durationsAreRecordedByTheConvention() throws SQLException {
    execute(dataSource, "SELECT name FROM users WHERE user_id = 7");
    MetricData metric = durations();
    assertThat(metric.getUnit()).isEqualTo("s");
    HistogramPointData point = metric.getHistogramData().getPoints().iterator().next();
    assertThat(point.getBoundaries())
        .containsExactly(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);
    assertThat(point.getAttributes().get(AttributeKey.stringKey("db.query.summary"))).isNotEmpty();
  }

  @Test
  void anErrorHasItsStateAndNoMessage() {
    assertThatThrownBy(() -> execute(dataSource, "SELECT * FROM nowhere"))
        .isInstanceOf(SQLException.class);
    SpanData refused = only(spans.getFinishedSpanItems(), SpanKind.INTERNAL);
    assertThat(refused.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(refused.getStatus().getDescription()).isEmpty();
    assertThat(text(refused, "shardjdbc.error.code")).isEqualTo("SJ0301");
    assertThat(text(refused, "error.type")).isEqualTo("42P01");
    spans.reset();
    assertThatThrownBy(
            () -> execute(dataSource, "INSERT INTO users VALUES (1, 'x'), (1, 'secret')"))
        .isInstanceOf(SQLException.class);
    SpanData request = only(spans.getFinishedSpanItems(), SpanKind.CLIENT);
    assertThat(text(request, "db.response.status_code")).isEqualTo("23505");
    assertThat(spans.getFinishedSpanItems().toString()).doesNotContain("secret");
  }

  @Test
  void aBatchSaysHowManyStatementsItHas() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE users SET name = 'b' WHERE user_id = ?")) {
      for (long id = 1; id <= 5; id++) {
        statement.setLong(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    }
    assertThat(
            only(spans.getFinishedSpanItems(), SpanKind.INTERNAL)
                .getAttributes()
                .get(AttributeKey.longKey("db.operation.batch.size")))
        .isEqualTo(5);
  }

  @Test
  void whatAnAgentTellsAlreadyIsSwitchedOff() throws SQLException {
    ShardDataSource quiet =
        open(
            ShardTelemetry.builder(telemetry)
                .requestSpans(false)
                .metrics(false)
                .queryText(true)
                .build());
    long before = recorded();
    execute(quiet, "SELECT name FROM users WHERE name = 'a secret'");
    SpanData statement = only(spans.getFinishedSpanItems(), SpanKind.INTERNAL);
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    assertThat(text(statement, "db.query.text")).isEqualTo("SELECT name FROM users WHERE name = ?");
    assertThat(recorded()).isEqualTo(before);
  }
}
