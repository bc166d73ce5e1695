package io.shardjdbc.opentelemetry;

import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;

/**
 * The span of one statement, with those of its requests below it.
 *
 * @param context of its requests, on whatever thread they run
 */
record TracedStatement(
    ShardTelemetry telemetry, StartedStatement statement, Span span, Context context)
    implements StatementListener {

  /** A request begins and ends on one thread, on which its span is the current one meanwhile. */
  @Override
  @SuppressWarnings("MustBeClosedChecker") // it is, when the request ends
  public PartListener part(StartedPart part) {
    AttributesBuilder attributes = Conventions.ofRequest(statement, part);
    Span request = telemetry.request(statement, attributes, context);
    Context its = context.with(request);
    Scope scope = its.makeCurrent();
    return end -> {
      scope.close();
      if (telemetry.tracesRequests()) {
        end.error().ifPresent(error -> Conventions.fail(request, error));
        request.end();
      }
      end.error().ifPresent(error -> attributes.putAll(Conventions.ofError(error)));
      telemetry.record(end.took().toNanos() / 1e9, attributes, its);
    };
  }

  @Override
  public void ended(EndedStatement end) {
    end.route()
        .filter(route -> !statement.route().equals(end.route()))
        .ifPresent(route -> span.setAllAttributes(Conventions.ofRoute(route)));
    end.error().ifPresent(error -> Conventions.fail(span, error));
    span.end();
  }
}
