package io.shardjdbc.session.number;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last number that a session has taken from each sequence, as {@code currval} and {@code
 * lastval} tell it.
 *
 * <p>The numbers of its INSERTs are taken by the library and known here. Those that a server takes
 * itself, in a function or by a statement that runs at the sequence's home, are not, and from then
 * on nothing is told until a number is known again.
 */
public final class LastNumbers {

  private static final String CURRVAL = "currval";

  private final Map<List<String>, Long> bySequence = new HashMap<>(4);
  private @Nullable Long last;
  private boolean lost;

  public void taken(List<String> sequence, long number) {
    bySequence.put(sequence, number);
  }

  public void lastTaken(long number) {
    last = number;
  }

  /** Notes that any sequence may have been moved on. */
  public void lose() {
    lost = true;
    last = null;
    bySequence.clear();
  }

  /** Notes that the session has taken none, as after DISCARD. */
  public void forget() {
    lose();
    lost = false;
  }

  /**
   * @param sequence its schema and name; none for whichever was used last
   */
  public long of(List<String> sequence) throws SQLException {
    boolean any = sequence.isEmpty();
    Long number = any ? last : bySequence.get(sequence);
    if (number != null) {
      return number;
    }
    if (lost) {
      throw SqlErrors.of(ErrorCode.SESSION_FUNCTION, any ? "lastval" : CURRVAL);
    }
    throw SqlErrors.of(
        ErrorCode.NUMBER_NOT_TAKEN,
        any ? "lastval" : CURRVAL + " of sequence " + Identifiers.display(sequence));
  }
}
