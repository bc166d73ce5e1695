package io.shardjdbc.session;

import io.shardjdbc.pool.ShardNodes.Use;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.Sight;
import java.sql.SQLException;
import java.util.List;

/** Lets shards join the open transaction of a session when its statements need them. */
final class Joining {

  private final Session session;
  private final HeldConnections held;
  private final Lending lending;

  Joining(Session session, HeldConnections held, Lending lending) {
    this.session = session;
    this.held = held;
    this.lending = lending;
  }

  /**
   * Whether a statement asks for settings, which functions may have changed: those run on the first
   * shard where they need none, and so does the question.
   */
  static boolean asksTheSession(DirectRoute route) {
    Sight sight = route.sight();
    return sight != null
        && sight.ofMoment()
        && !sight.ofTransaction()
        && route.effect() == Effect.READ_ON_PRIMARY
        && route.session() == null;
  }

  /** The same for a statement that every shard would answer alike. */
  Held holdWhichever(DirectRoute route) throws SQLException {
    OpenTransaction open = session.openTransaction();
    ShardId named = route.only().shard();
    ShardId first = open.participants().isEmpty() ? named : open.participants().get(0).shard();
    boolean there =
        !first.equals(named)
            && asksTheSession(route)
            && !open.isolation().isUndecided()
            && !open.isolation().isOfOneMomentNow();
    return hold(there ? named : first, route);
  }

  /** Takes, or shares, the connection for a shard's part of a statement. */
  Held hold(ShardId shard, Route route) throws SQLException {
    OpenTransaction open = session.openTransaction();
    open.failures().requireNone();
    Isolation isolation = open.isolation();
    if (isolation.mayNeedCommonMoment()) {
      new JoiningAtOnce(session, held, lending).join(open, shard, route);
    }
    if (isolation.isUndecided() && !Isolation.mayWait(route)) {
      moments(open).choose(shard);
    }
    if (isolation.isElsewhere(shard)) {
      isolation.admitSecond(shard);
    }
    Held participant = open.participant(shard);
    if (participant != null && open.staysOn(participant, route, session.routed().intent())) {
      participant.loan().requireCurrent();
      held.again(participant);
    } else {
      if (!open.participants().isEmpty() && isolation.mayMove()) {
        for (Held free : List.copyOf(open.participants())) {
          open.leave(free, session.state());
          free.rollback();
          held.endTransaction(free);
        }
      }
      isolation.requireNoCommonMoment(shard);
      isolation.admitSecond(shard);
      participant = lending.forTransaction(shard, route, useIn(open), stateIn(open));
      try {
        open.join(participant);
      } catch (SQLException e) {
        SQLException failure = session.failed(participant, e);
        held.endTransaction(participant);
        session.release(participant);
        throw failure;
      }
    }
    try {
      if (isolation.mayBeginUndecided(route)) {
        moments(open).takeAll(session.routed().map(), route, useIn(open), stateIn(open));
      }
      lending.marking().mark(open);
      open.runs(participant, route, lending.durabilityOf(route));
      return participant;
    } catch (SQLException e) {
      SQLException failure = session.failed(participant, e);
      session.release(participant);
      throw failure;
    }
  }

  private Use useIn(OpenTransaction open) {
    return open.mayUseReplicas(session.state()) ? Use.READ_ONLY_TRANSACTION : Use.TRANSACTION;
  }

  private SessionState stateIn(OpenTransaction open) {
    return open.stateBefore().outlivedBy(session.state());
  }

  private ShardMoments moments(OpenTransaction open) {
    return new ShardMoments(open, held, lending, session.state());
  }
}
