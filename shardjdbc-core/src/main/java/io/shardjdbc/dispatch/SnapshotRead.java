package io.shardjdbc.dispatch;

import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.ReplicaErrors;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.OwnMoment;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Runs a statement that reads, outside of a transaction, so that it sees all its shards of one
 * moment where that is asked for.
 */
final class SnapshotRead {

  /** A moment that was lost with a server shows nothing to anybody yet. */
  private static final int TRIES = 3;

  private SnapshotRead() {}

  /** How it runs. */
  interface Way {
    Answered run() throws SQLException;
  }

  static Answered of(Execution<Route> execution, Way way) throws SQLException {
    Session session = execution.session();
    if (!OwnMoment.isNeeded(session, execution.route(), isAsked(execution))) {
      return inCallersTransaction(execution, way);
    }
    boolean onReplicas = true;
    for (int i = 1; i < TRIES; i++) {
      try {
        return once(execution, way, onReplicas);
      } catch (OnReplicaException e) {
        onReplicas = false;
      } catch (SQLException e) {
        if (!CodedError.is(e, ErrorCode.SNAPSHOT_LOST)) {
          throw e;
        }
      }
    }
    return once(execution, way, false);
  }

  private static Answered once(Execution<Route> execution, Way way, boolean onReplicas)
      throws SQLException {
    Session session = execution.session();
    Duration limit = execution.work().options().queryTimeout();
    OwnMoment moment =
        OwnMoment.begin(session, execution.route(), shards(execution), onReplicas, limit);
    Answered answered = null;
    boolean done = false;
    try {
      answered = way.run();
      if (execution.work().isFetchedInParts()) {
        answered.answer().alsoEnds(moment.leave());
      } else {
        moment.end();
      }
      done = true;
      return answered;
    } catch (SQLException e) {
      boolean again =
          !done && onReplicas && ReplicaErrors.mayDoOnPrimaries(moment.participants(), e);
      throw again ? new OnReplicaException(e) : e;
    } finally {
      if (!done) {
        moment.fail();
        if (answered != null) {
          answered.close();
        }
      }
    }
  }

  /** A replica could not do it. */
  private static final class OnReplicaException extends SQLException {
    private static final long serialVersionUID = 1L;

    private OnReplicaException(SQLException cause) {
      super(cause);
    }
  }

  private static Answered inCallersTransaction(Execution<Route> execution, Way way)
      throws SQLException {
    Answered answered = way.run();
    try {
      OwnMoment.require(execution.session(), execution.route(), isAsked(execution));
      return answered;
    } catch (SQLException e) {
      answered.close();
      throw e;
    }
  }

  private static boolean isAsked(Execution<Route> execution) {
    return execution.work().options().ofOneMoment();
  }

  /** All that it may need: what has several steps may look rows up anywhere. */
  private static List<ShardId> shards(Execution<Route> execution) {
    DirectRoute direct = execution.route().direct();
    return direct == null ? execution.map().shards() : direct.shards();
  }
}
