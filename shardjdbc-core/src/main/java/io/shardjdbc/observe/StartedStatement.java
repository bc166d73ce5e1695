package io.shardjdbc.observe;

import io.shardjdbc.routing.sql.text.PlainText;
import java.time.Instant;
import java.util.Optional;

/**
 * A statement of the caller's that has begun. It holds no bound values.
 *
 * @param sql the caller's text, with the literals that it has; of a batch, that of its first entry
 * @param summary what it does and to which tables: {@code SELECT users posts}; no literals
 * @param route where it goes; empty where it is refused before that is known
 * @param batchSize how many statements a batch has; 1 for what is no batch
 * @param at when it was handed over; planning comes after that
 */
public record StartedStatement(
    String sql, String summary, Optional<RoutedStatement> route, int batchSize, Instant at) {

  /** The text with each literal replaced by a {@code ?}, and without comments. */
  public String withoutLiterals() {
    return PlainText.of(sql);
  }

  /** What it does, without its literals. */
  @Override
  public String toString() {
    return summary;
  }
}
