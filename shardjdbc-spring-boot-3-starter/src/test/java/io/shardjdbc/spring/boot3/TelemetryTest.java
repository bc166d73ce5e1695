package io.shardjdbc.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Spans in an application that has OpenTelemetry, of the version that its Boot brings. */
class TelemetryTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

  /** No component, which the application of other tests would find. */
  @EnableAutoConfiguration
  static class Traced {
    @Bean
    OpenTelemetry telemetry() {
      SdkTracerProvider spans =
          SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(SPANS)).build();
      return OpenTelemetrySdk.builder().setTracerProvider(spans).build();
    }
  }

  private static List<SpanData> spansOfACount(String... more) {
    List<String> properties = new ArrayList<>(List.of(more));
    for (Map.Entry<String, String> shard : cluster.primaryUrls().entrySet()) {
      properties.add("--shardjdbc.shards." + shard.getKey() + ".primary.url=" + shard.getValue());
    }
    properties.add("--shardjdbc.tables.users.key=user_id");
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Traced.class)
            .web(WebApplicationType.NONE)
            .run(properties.toArray(String[]::new))) {
      JdbcClient sql = context.getBean(JdbcClient.class);
      sql.sql("CREATE TABLE IF NOT EXISTS users (user_id bigint PRIMARY KEY)").update();
      SPANS.reset();
      sql.sql("SELECT count(*) FROM users").query(Long.class).single();
      // The metrics look at the shards by themselves, now and then.
      return SPANS.getFinishedSpanItems().stream()
          .filter(span -> span.getName().equals("SELECT users"))
          .toList();
    }
  }

  @Test
  void aStatementIsASpanAndItsPartsAreItsChildren() {
    List<SpanData> spans = spansOfACount();
    List<SpanData> parts =
        spans.stream().filter(span -> span.getKind() == SpanKind.CLIENT).toList();
    SpanData statement =
        spans.stream().filter(span -> !parts.contains(span)).findFirst().orElseThrow();
    assertThat(parts)
        .hasSize(2)
        .allMatch(part -> part.getParentSpanId().equals(statement.getSpanId()));
  }

  @Test
  void aPropertyTurnsThemOff() {
    assertThat(spansOfACount("--shardjdbc.telemetry.enabled=false")).isEmpty();
  }
}
