package io.shardjdbc.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;

/**
 * Says what a {@link ShardTelemetry} tells. Not thread-safe.
 *
 * <p>The Java agent tells of JDBC, too. It sees the statements of the application, or those of the
 * driver, or both; switch off here what it tells already.
 */
public final class ShardTelemetryBuilder {

  private final OpenTelemetry telemetry;
  private boolean statements = true;
  private boolean requests = true;
  private boolean metrics = true;
  private boolean texts;

  ShardTelemetryBuilder(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** Whether each statement is a span; unless told, it is. */
  public ShardTelemetryBuilder statementSpans(boolean wanted) {
    statements = wanted;
    return this;
  }

  /**
   * Whether each request to a server is a span; unless told, it is. Without, the span of the
   * statement is the current one on the thread of each request, so that spans of the driver, which
   * an agent makes, are below it.
   */
  public ShardTelemetryBuilder requestSpans(boolean wanted) {
    requests = wanted;
    return this;
  }

  /** Whether {@code db.client.operation.duration} is recorded; unless told, it is. */
  public ShardTelemetryBuilder metrics(boolean wanted) {
    metrics = wanted;
    return this;
  }

  /** Whether {@code db.query.text} is told, without literals; unless told, it is not. */
  public ShardTelemetryBuilder queryText(boolean wanted) {
    texts = wanted;
    return this;
  }

  /** Makes it. */
  public ShardTelemetry build() {
    return new ShardTelemetry(telemetry, statements, requests, metrics, texts);
  }
}
