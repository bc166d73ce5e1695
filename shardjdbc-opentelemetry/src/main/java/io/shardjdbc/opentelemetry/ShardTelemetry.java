package io.shardjdbc.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's spans and metrics of DataSources: give it to them as a listener.
 *
 * <p>A statement is one span, named by what it does and to which tables. Each request to a server
 * is a CLIENT span below it, and one record of {@code db.client.operation.duration}. Names and
 * attributes are those of the stable conventions for databases; what they have no name for begins
 * with {@code shardjdbc.}. No attribute holds a value. Thread-safe.
 */
public final class ShardTelemetry implements ShardListener {

  private static final String SCOPE = "io.shardjdbc";
  private static final List<Double> SECONDS =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

  private final Tracer tracer;
  private final @Nullable DoubleHistogram durations;
  private final boolean statements;
  private final boolean requests;
  private final boolean texts;

  ShardTelemetry(
      OpenTelemetry telemetry,
      boolean statements,
      boolean requests,
      boolean metrics,
      boolean texts) {
    this.tracer = telemetry.getTracer(SCOPE);
    this.durations = metrics ? durations(telemetry) : null;
    this.statements = statements;
    this.requests = requests;
    this.texts = texts;
  }

  /** Spans of statements and requests, and the metric; no texts of statements. */
  public static ShardTelemetry of(OpenTelemetry telemetry) {
    return builder(telemetry).build();
  }

  /** Says what is to be told, where something else tells a part of it already. */
  public static ShardTelemetryBuilder builder(OpenTelemetry telemetry) {
    return new ShardTelemetryBuilder(telemetry);
  }

  private static DoubleHistogram durations(OpenTelemetry telemetry) {
    return telemetry
        .getMeter(SCOPE)
        .histogramBuilder("db.client.operation.duration")
        .setUnit("s")
        .setDescription("Duration of database client operations.")
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }

  @Override
  public StatementListener started(StartedStatement statement) {
    Context around = Context.current();
    Span span = statements ? start(statement, around) : Span.getInvalid();
    return new TracedStatement(this, statement, span, statements ? around.with(span) : around);
  }

  private Span start(StartedStatement statement, Context around) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name(statement))
            .setParent(around)
            .setSpanKind(SpanKind.INTERNAL)
            .setStartTimestamp(statement.at())
            .setAllAttributes(Conventions.ofStatement(statement));
    if (texts) {
      builder.setAttribute(Conventions.QUERY_TEXT, statement.withoutLiterals());
    }
    return builder.startSpan();
  }

  private static String name(StartedStatement statement) {
    return statement.summary().isEmpty() ? Conventions.POSTGRESQL : statement.summary();
  }

  /** A span of a request; one that says nothing where requests have none. */
  Span request(StartedStatement statement, AttributesBuilder attributes, Context parent) {
    return requests
        ? tracer
            .spanBuilder(name(statement))
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(attributes.build())
            .startSpan()
        : Span.fromContext(parent);
  }

  boolean tracesRequests() {
    return requests;
  }

  void record(double seconds, AttributesBuilder attributes, Context context) {
    if (durations != null) {
      durations.record(seconds, attributes.build(), context);
    }
  }
}
