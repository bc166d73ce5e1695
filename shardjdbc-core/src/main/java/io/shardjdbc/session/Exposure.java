package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.route.Effect;
import java.sql.SQLException;

/**
 * How far a statement that is a transaction of its own has got, and so what a lost answer means.
 *
 * <p>A statement that only reads can be run again. One that may write and has not been sent can be,
 * too. Once it has been sent it may stand, whether or not its answer arrives: whoever ran it again
 * would do it twice. A server that says that it ends the session has not committed a statement that
 * it has not answered; a batch or a procedure may have committed a part.
 */
public enum Exposure {
  /** Nothing is under way that is a transaction of its own and may write. */
  NONE,
  /** Something that may write is about to be sent. */
  UNSENT,
  /** It was sent, and commits as a whole. */
  SENT,
  /** It was sent, and may commit part after part. */
  SENT_IN_PARTS;

  private static final String SESSION_ENDED = "57P01";

  static Exposure before(Effect effect) {
    return effect == Effect.READ || Fence.LOST_ANSWERS.isOut() ? NONE : UNSENT;
  }

  /**
   * Of one statement that writes and is sent now.
   *
   * @param alone whether it is a transaction of its own
   */
  public static Exposure ofWrite(boolean alone) {
    return alone ? before(Effect.WRITE).sent(true) : NONE;
  }

  /**
   * What it is when the statement goes to the server.
   *
   * @param endsAlone whether it is one transaction, whatever it does
   */
  public Exposure sent(boolean endsAlone) {
    if (this == NONE) {
      return NONE;
    }
    return endsAlone && this != SENT_IN_PARTS ? SENT : SENT_IN_PARTS;
  }

  /** Whether nobody knows, after the connection was lost by a failure, what became of it. */
  boolean leavesInDoubt(SQLException failure) {
    return switch (this) {
      case NONE, UNSENT -> false;
      case SENT -> !SESSION_ENDED.equals(SqlErrors.original(failure).getSQLState());
      case SENT_IN_PARTS -> true;
    };
  }
}
