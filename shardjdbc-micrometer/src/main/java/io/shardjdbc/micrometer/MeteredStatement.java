package io.shardjdbc.micrometer;

import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;

/** Counts one statement and its parts. */
record MeteredStatement(StatementMeters meters, StartedStatement start)
    implements StatementListener {

  @Override
  public PartListener part(StartedPart part) {
    boolean writes = start.route().map(RoutedStatement::mayWrite).orElse(false);
    return end -> meters.part(part, writes, end);
  }

  @Override
  public void ended(EndedStatement end) {
    meters.statement(end);
  }
}
