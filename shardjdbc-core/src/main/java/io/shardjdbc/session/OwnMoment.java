package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A transaction of the library's own around one statement that reads, in which it sees its shards
 * of one moment.
 */
public final class OwnMoment {

  private static final String LEVEL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

  private final Session session;
  private final boolean readsOnly;

  private OwnMoment(Session session, boolean readsOnly) {
    this.session = session;
    this.readsOnly = readsOnly;
  }

  /**
   * Whether a statement needs one.
   *
   * @param asked whether the statement itself asks for it
   */
  public static boolean isNeeded(Session session, Route route, boolean asked) {
    return (asked || session.reads().areSnapshots())
        && reads(route)
        && route.isOverSeveralShards()
        && !session.inTransaction();
  }

  /**
   * Refuses what was read in a transaction of the caller's, where one moment was asked for and the
   * transaction sees another one with each statement.
   *
   * @param asked whether the statement itself asks for it
   */
  public static void require(Session session, Route route, boolean asked) throws SQLException {
    OpenTransaction open = session.transaction();
    if (open != null
        && (asked || session.reads().intent().isSnapshot())
        && reads(route)
        && route.isOverSeveralShards()
        && !open.participants().isEmpty()
        && !open.isolation().isOfCommonMoment()) {
      String level = Isolation.of(open.participants().get(0)).toUpperCase(Locale.ROOT);
      throw SqlErrors.of(ErrorCode.SNAPSHOT_OF_WRITER, level);
    }
  }

  private static boolean reads(Route route) {
    return route.effect() == Effect.READ || route.effect() == Effect.READ_ON_PRIMARY;
  }

  /**
   * Begins it.
   *
   * @param shards that the statement may need
   * @param onReplicas whether replicas may show it, where they can
   * @param limit how long a moment may be looked for, if that is less than usual; zero for no limit
   */
  public static OwnMoment begin(
      Session session, Route route, List<ShardId> shards, boolean onReplicas, Duration limit)
      throws SQLException {
    boolean readsOnly = route.effect() == Effect.READ;
    session.begin("");
    OpenTransaction open = session.openTransaction();
    open.history().opening(readsOnly ? LEVEL + " READ ONLY" : LEVEL);
    // What comes in several steps may need a primary for one of them.
    boolean replicasDo = onReplicas && readsOnly && route.direct() != null;
    open.isolation().wishCommonMoment(shards, replicasDo, limit);
    return new OwnMoment(session, readsOnly);
  }

  /** The connections that show it. */
  public List<Held> participants() {
    return List.copyOf(session.participants());
  }

  /** Ends it, with what a function may have written; rows that were read all at once stay. */
  public void end() throws SQLException {
    if (readsOnly) {
      fail();
      return;
    }
    List<Held> participants = leave();
    try {
      session.modes().protocol().commit(participants);
    } finally {
      participants.forEach(session::endApart);
    }
  }

  /** Ends it as if nothing had been. */
  public void fail() {
    List<Held> participants = leave();
    session
        .modes()
        .moments()
        .together(participants.stream().<Runnable>map(held -> held::rollback).toList());
    participants.forEach(session::endApart);
  }

  /**
   * Lets its participants go on, for the rows that are still to be read from them; whoever takes
   * them {@linkplain Session#endApart ends} each.
   */
  public List<Held> leave() {
    OpenTransaction open = session.openTransaction();
    session.forgetTransaction();
    open.forgetMap();
    return List.copyOf(open.participants());
  }
}
