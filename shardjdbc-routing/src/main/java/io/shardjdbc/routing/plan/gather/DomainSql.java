package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a domain as a condition in SQL, out of pieces of the caller's text. */
final class DomainSql {

  private DomainSql() {}

  /**
   * Words and spans that together are the condition; empty where it cannot be written, which only
   * means that more rows are fetched.
   */
  static List<Object> pieces(String column, Domain domain) {
    List<Object> pieces = new ArrayList<>();
    if (domain instanceof Domain.Terms terms) {
      pieces.add(column + " IN (");
      for (int i = 0; i < terms.terms().size(); i++) {
        if (i > 0) {
          pieces.add(", ");
        }
        pieces.add(terms.terms().get(i).span());
      }
      pieces.add(")");
    } else if (domain instanceof Domain.Elements elements) {
      pieces.add(column + " = ANY (");
      pieces.add(elements.array().span());
      pieces.add(")");
    } else if (domain instanceof Domain.Range range) {
      bound(pieces, column, " >= ", range.low());
      bound(pieces, column, " <= ", range.high());
    } else if (domain instanceof Domain.Both both) {
      for (Domain part : both.parts()) {
        List<Object> words = pieces(column, part);
        if (!words.isEmpty()) {
          pieces.add(pieces.isEmpty() ? "" : " AND ");
          pieces.addAll(words);
        }
      }
    } else if (domain instanceof Domain.Either either) {
      for (Domain branch : either.branches()) {
        List<Object> words = pieces(column, branch);
        if (words.isEmpty()) {
          return List.of();
        }
        pieces.add(pieces.isEmpty() ? "(" : " OR ");
        pieces.addAll(words);
      }
      pieces.add(")");
    }
    return pieces;
  }

  private static void bound(
      List<Object> pieces, String column, String operator, @Nullable Expr value) {
    if (value != null) {
      pieces.add((pieces.isEmpty() ? "" : " AND ") + column + operator);
      pieces.add(value.span());
    }
  }
}
