package io.shardjdbc.error;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * Copies of what a server reported that differ in the position only.
 *
 * <p>The driver makes its class from the fields of the protocol's message, each a letter and a
 * text.
 */
final class PlacedError {

  private static final char END = '\0';

  private final StringBuilder fields = new StringBuilder();

  private PlacedError() {}

  /**
   * @param position in characters from 1; 0 for none
   */
  static ServerErrorMessage at(int position, ServerErrorMessage error) {
    return new PlacedError()
        .field('S', error.getSeverity())
        .field('C', error.getSQLState())
        .field('M', error.getMessage())
        .field('D', error.getDetail())
        .field('H', error.getHint())
        .field('P', number(position))
        .field('p', number(error.getInternalPosition()))
        .field('q', error.getInternalQuery())
        .field('W', error.getWhere())
        .field('s', error.getSchema())
        .field('t', error.getTable())
        .field('c', error.getColumn())
        .field('d', error.getDatatype())
        .field('n', error.getConstraint())
        .field('F', error.getFile())
        .field('L', number(error.getLine()))
        .field('R', error.getRoutine())
        .build();
  }

  private static @Nullable String number(int value) {
    return value == 0 ? null : Integer.toString(value);
  }

  private PlacedError field(char letter, @Nullable String value) {
    if (value != null) {
      fields.append(letter).append(value).append(END);
    }
    return this;
  }

  private ServerErrorMessage build() {
    return new ServerErrorMessage(fields.toString());
  }
}
