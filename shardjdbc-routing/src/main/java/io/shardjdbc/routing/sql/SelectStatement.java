package io.shardjdbc.routing.sql;

import java.util.List;

/** SELECT, VALUES or TABLE, with everything around it. */
public record SelectStatement(Query query, Span span) implements Statement {
  @Override
  public List<Query> children() {
    return List.of(query);
  }
}
