package io.shardjdbc.routing.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement's text with what was read from it.
 *
 * @param sql the text as the server will get it: JDBC escapes ({@code {fn ..}}, {@code {d '..'}})
 *     and {@code ??} are left as they are, for the driver below translates them
 * @param statement the tree
 * @param parameters each parameter marker, in the order of the text
 * @param hint the body of a {@code /* shardjdbc: ... *}{@code /} comment, trimmed; absent where
 *     there is none
 * @param marksBind whether {@code ?} was read as a parameter, and not as a character of operators
 */
public record ParsedSql(
    String sql,
    Statement statement,
    List<Expr.Parameter> parameters,
    @Nullable String hint,
    boolean marksBind) {
  public ParsedSql {
    parameters = List.copyOf(parameters);
  }

  /** How many values the statement takes: the number of {@code ?}, or the highest {@code $n}. */
  public int parameterCount() {
    int count = 0;
    for (Expr.Parameter parameter : parameters) {
      count = Math.max(count, parameter.index());
    }
    return count;
  }
}
