package io.shardjdbc.reshard.model;

/**
 * What servers, mover and clients are at a moment: one row that moves from the source to the
 * target.
 *
 * <p>The row is a counter. A write adds one, so that a lost write shows as a number that is too
 * small, and so does an old answer of a read.
 */
final class State {
  /** How often the row can be written; two writes are a first one and one that follows. */
  static final int WRITES = 2;

  static final int OUTGOING = 0;
  static final int CLOSING = 1;
  static final int GONE = 2;

  static final int OPEN_TO_ALL = 0;
  static final int INCOMING = 1;
  static final int OWNER = 2;

  static final Field SOURCE_VALUE = new Field(0, 2);
  static final Field SOURCE_PHASE = new Field(2, 2);
  static final Field SOURCE_ROWS = new Field(4, 1);
  static final Field SOURCE_EPOCH = new Field(5, 3);
  static final Field REPLICA_VALUE = new Field(8, 2);
  static final Field REPLICA_ROWS = new Field(10, 1);
  static final Field TARGET_VALUE = new Field(11, 2);
  static final Field TARGET_FLUSHED = new Field(13, 2);
  static final Field TARGET_ROWS = new Field(15, 1);
  static final Field TARGET_PHASE = new Field(16, 2);
  static final Field TARGET_EPOCH = new Field(18, 3);
  static final Field LOCKED = new Field(21, 1);
  static final Field MOVER = new Field(22, 4);
  static final Field ACKNOWLEDGED = new Field(26, 2);

  /** The first of a client's fields; the second client's follow. */
  static final int CLIENTS = 28;

  /** What a mover has read of the row and not applied yet, and one; or 0. It may be replaced. */
  static final Field READ_BY_OLD_MOVER = new Field(62, 2);

  private State() {}

  static long first() {
    return REPLICA_ROWS.with(SOURCE_ROWS.with(0, 1), 1);
  }

  static Epoch sourceEpoch(long state) {
    return Epoch.of(SOURCE_EPOCH.of(state));
  }

  static Epoch targetEpoch(long state) {
    return Epoch.of(TARGET_EPOCH.of(state));
  }

  /** What is wrong with a state; empty if nothing is. */
  static String fault(long state) {
    int acknowledged = ACKNOWLEDGED.of(state);
    boolean gone = SOURCE_PHASE.of(state) == GONE;
    if (!gone && TARGET_PHASE.of(state) == OWNER) {
      return "two owners";
    }
    if (!gone || !TARGET_ROWS.isSet(state)) {
      return SOURCE_VALUE.of(state) < acknowledged ? "a write is lost on the source" : "";
    }
    Field kept = TARGET_PHASE.of(state) == OWNER ? TARGET_VALUE : TARGET_FLUSHED;
    return kept.of(state) < acknowledged ? "a write is lost on the target" : "";
  }

  static String describe(long state) {
    String text =
        "S[%d %s rows=%d %s] replica[%d rows=%d] T[%d flushed=%d rows=%d %s %s] locked=%d mover=%d"
            .formatted(
                SOURCE_VALUE.of(state),
                new String[] {"outgoing", "closing", "gone"}[SOURCE_PHASE.of(state)],
                SOURCE_ROWS.of(state),
                sourceEpoch(state),
                REPLICA_VALUE.of(state),
                REPLICA_ROWS.of(state),
                TARGET_VALUE.of(state),
                TARGET_FLUSHED.of(state),
                TARGET_ROWS.of(state),
                new String[] {"open", "incoming", "owner"}[TARGET_PHASE.of(state)],
                targetEpoch(state),
                LOCKED.of(state),
                MOVER.of(state));
    return text
        + " acknowledged="
        + ACKNOWLEDGED.of(state)
        + " "
        + Client.describe(0, state)
        + " "
        + Client.describe(1, state);
  }
}
