package io.shardjdbc.routing.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is not DML: its verb and the objects it names are enough to route it.
 *
 * @param verb the leading keyword in lower case: {@code create}, {@code set}, {@code begin}
 * @param object the kind of object it acts on, in lower case: {@code table}, {@code index}, {@code
 *     materialized view}; the empty string where there is none
 * @param tables the tables it names, also behind ON of CREATE INDEX or in a list of DROP
 * @param names the other objects it names: the index, the view, the parameter of SET
 * @param inner the statement inside EXPLAIN, PREPARE, DECLARE CURSOR, CREATE TABLE AS, CREATE VIEW;
 *     absent where there is none or it is not understood
 */
public record Utility(
    String verb,
    String object,
    List<Name> tables,
    List<Name> names,
    @Nullable Statement inner,
    Span span)
    implements Statement {

  public Utility {
    tables = List.copyOf(tables);
    names = List.copyOf(names);
  }

  @Override
  public List<Statement> children() {
    return inner == null ? List.of() : List.of(inner);
  }
}
