package io.shardjdbc.session;

import io.shardjdbc.moment.ReplicaBehindException;
import io.shardjdbc.moment.Sight;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes.Use;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Lets all shards that a transaction may need join it at once, so that they show one moment.
 *
 * <p>A shard that joined later would show a later moment; so which shards may be needed has to be
 * known before the first one is looked at. Where the level asks for it, that is all of them.
 */
final class JoiningAtOnce {

  private static final String LOOK = "SELECT 1";

  /** A moment that was lost with a server, or with a lock, shows nothing to anybody yet. */
  private static final int TRIES = 3;

  private final Session session;
  private final HeldConnections held;
  private final Lending lending;

  JoiningAtOnce(Session session, HeldConnections held, Lending lending) {
    this.session = session;
    this.held = held;
    this.lending = lending;
  }

  /**
   * Lets them join, if the transaction has to see one moment.
   *
   * @param first needs to join in any case
   */
  void join(OpenTransaction open, ShardId first, Route route) throws SQLException {
    boolean ofStatement = open.isolation().wished() != null; // which tries by itself
    for (int i = ofStatement ? TRIES : 1; i < TRIES; i++) {
      try {
        tryTo(open, first, route);
        return;
      } catch (SQLException e) {
        if (!CodedError.is(e, ErrorCode.SNAPSHOT_LOST)) {
          throw e;
        }
      }
    }
    tryTo(open, first, route);
  }

  private void tryTo(OpenTransaction open, ShardId first, Route route) throws SQLException {
    try {
      List<ShardId> shards = shards(open, first, route);
      if (!shards.isEmpty()) {
        see(open, shards, route);
      }
    } catch (ReplicaBehindException e) {
      leaveAll(open);
      open.isolation().leaveReplicas();
      tryTo(open, first, route);
    }
  }

  private void see(OpenTransaction open, List<ShardId> shards, Route route) throws SQLException {
    try {
      for (ShardId shard : shards) {
        joined(open, shard, route);
      }
      String look = open.history().openingOf(LOOK);
      lending
          .moments()
          .see(
              open.participants().stream().map(participant -> sight(participant, look)).toList(),
              open.isolation().limit(),
              session.routed().asker());
      open.isolation().hasCommonMoment();
    } catch (SQLException e) {
      leaveAll(open); // what they have seen is of no moment
      throw e;
    }
  }

  /** Those that have to join; none where each may join when it is needed. */
  private List<ShardId> shards(OpenTransaction open, ShardId first, Route route)
      throws SQLException {
    List<ShardId> wished = open.isolation().wished();
    if (wished != null) {
      return wished;
    }
    List<ShardId> all = session.routed().map().shards();
    if (all.size() < 2) {
      return List.of();
    }
    joined(open, first, route);
    Held asked = open.participants().get(0);
    if (!ShardMoments.isOfOneMoment(open, asked, state(open))
        || !open.isolation().isOfAllShards()) {
      return List.of();
    }
    leaveAll(open); // all of them join in one order
    return all;
  }

  private void joined(OpenTransaction open, ShardId shard, Route route) throws SQLException {
    Held participant = lending.forTransaction(shard, route, use(open), state(open));
    try {
      open.join(participant);
    } catch (SQLException e) {
      SQLException failure = session.failed(participant, e);
      held.endTransaction(participant);
      throw participant.isOnReplica() ? new ReplicaBehindException(failure) : failure;
    } finally {
      held.release(participant);
    }
  }

  private Use use(OpenTransaction open) {
    return open.isolation().mayUseReplicas(open.mayUseReplicas(session.state()))
        ? Use.OF_MOMENT
        : Use.TRANSACTION;
  }

  private SessionState state(OpenTransaction open) {
    return open.stateBefore().outlivedBy(session.state());
  }

  private void leaveAll(OpenTransaction open) {
    for (Held participant : List.copyOf(open.participants())) {
      open.leave(participant, session.state());
      participant.rollback();
      held.endTransaction(participant);
    }
  }

  private static Sight sight(Held participant, String look) {
    return new Sight() {
      @Override
      public ShardId shard() {
        return participant.shard();
      }

      @Override
      public NodePool pool() {
        return participant.loan().pool();
      }

      @Override
      public boolean isOnReplica() {
        return participant.isOnReplica();
      }

      @Override
      public boolean awaitReplayed(WalPosition position, Duration patience) {
        return participant.loan().awaitReplayed(position, patience);
      }

      @Override
      public void look() throws SQLException {
        try {
          participant.tell(look);
        } catch (SQLException e) {
          participant.failed(e);
          throw e;
        }
      }
    };
  }
}
