package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a domain as a condition in SQL, out of pieces of the caller's text.
 *
 * @param column the column as it is written in SQL
 * @param type how a server reads a text that is compared with it
 * @param byValue takes the parameters that are constants only if they name no clock
 */
record DomainSql(String column, TypeInput type, Set<Integer> byValue) {

  /**
   * Words and spans that together are the condition; empty where it cannot be written, or shards
   * might read it otherwise, which only means that more rows are fetched.
   */
  List<Object> pieces(Domain domain) {
    List<Object> pieces = new ArrayList<>();
    if (domain instanceof Domain.Terms terms) {
      if (!terms.terms().stream().allMatch(this::isFixed)) {
        return pieces;
      }
      pieces.add(column + " IN (");
      for (int i = 0; i < terms.terms().size(); i++) {
        if (i > 0) {
          pieces.add(", ");
        }
        pieces.add(terms.terms().get(i).span());
      }
      pieces.add(")");
    } else if (domain instanceof Domain.Elements elements) {
      if (isFixed(elements.array())) {
        pieces.add(column + " = ANY (");
        pieces.add(elements.array().span());
        pieces.add(")");
      }
    } else if (domain instanceof Domain.Range range) {
      bound(pieces, " >= ", range.low());
      bound(pieces, " <= ", range.high());
    } else if (domain instanceof Domain.Both both) {
      for (Domain part : both.parts()) {
        List<Object> words = pieces(part);
        if (!words.isEmpty()) {
          pieces.add(pieces.isEmpty() ? "" : " AND ");
          pieces.addAll(words);
        }
      }
    } else if (domain instanceof Domain.Either either) {
      for (Domain branch : either.branches()) {
        List<Object> words = pieces(branch);
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

  private void bound(List<Object> pieces, String operator, @Nullable Expr value) {
    if (value != null && isFixed(value)) {
      pieces.add((pieces.isEmpty() ? "" : " AND ") + column + operator);
      pieces.add(value.span());
    }
  }

  private boolean isFixed(Expr constant) {
    return ClockTexts.isFixed(constant, type, byValue);
  }
}
