package io.shardjdbc.routing.route;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * A bound value that the server is sent as a text with a date, a time and an offset, and without a
 * type: it means what the column's type makes of it. A {@code timestamptz} takes the moment, a
 * {@code timestamp} and a {@code date} take what is written and ignore the offset.
 */
public record SentMoment(LocalDateTime local, ZoneOffset offset) {

  /** It is a caller's value. */
  @Override
  public String toString() {
    return "SentMoment";
  }
}
