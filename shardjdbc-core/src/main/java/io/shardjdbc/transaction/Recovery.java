package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what coordinators have left prepared, by the decisions and the fence.
 *
 * <p>It can run in any process that has the same shards, in several of them at once, and against
 * coordinators that live: {@link TwoPhaseCommit} says why they cannot disagree. That something has
 * to be of some age is politeness: it keeps recovery from racing with healthy commits.
 *
 * <p>Left alone are names that are not ours, parts that lie on another shard than their name says,
 * and those decided in a store that is not where the configuration says: they belong to somebody
 * else's configuration. Thread-safe.
 */
public final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private static final Set<String> ENDED_BY_ANOTHER = Set.of("42704", "55000");

  private final CurrentMap maps;
  private final Decisions decisions;

  public Recovery(CurrentMap maps, Decisions decisions) {
    this.maps = maps;
    this.decisions = decisions;
  }

  /**
   * Looks at all shards, ends what can be ended, and deletes decisions that nobody needs.
   *
   * @param orphanAge what is younger is left alone
   * @param abandoned what its coordinator has given up, whatever its age
   */
  public RecoveryReport run(Duration orphanAge, Set<TransactionId> abandoned) {
    try (Pass pass = new Pass(orphanAge, abandoned)) {
      return pass.run();
    }
  }

  /**
   * What is prepared on all shards, the oldest of each shard first.
   *
   * @throws SQLException if a shard cannot be looked at
   */
  public List<InDoubtTransaction> inDoubt() throws SQLException {
    List<InDoubtTransaction> all = new ArrayList<>();
    for (ShardId shard : maps.withLeaving()) {
      try (Connection connection = decisions.open(shard)) {
        PreparedPart.on(shard, connection).forEach(part -> all.add(part.inDoubt()));
      } catch (SQLException e) {
        throw SqlErrors.onShard(shard, e);
      }
    }
    return all;
  }

  /** What a shard says of itself, before any shard is looked at. */
  private record Seen(String store, String database, double millis) {

    static final Seen NOTHING = new Seen("", "", 0);

    static Seen on(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(DecisionTable.SIGHT)) {
        row.next();
        return new Seen(Decisions.storeOn(connection), row.getString(1), row.getDouble(2));
      }
    }
  }

  /** One look at everything, with a connection to each shard that can be reached. */
  private final class Pass implements AutoCloseable {

    private final Duration orphanAge;
    private final Set<TransactionId> abandoned;
    private final List<ShardId> shards = maps.withLeaving();
    private final Map<ShardId, Connection> connections = new HashMap<>();
    private final Map<ShardId, Seen> seen = new HashMap<>();
    private final List<ShardId> unreachable = new ArrayList<>();
    private int committed;
    private int rolledBack;
    private int left;

    Pass(Duration orphanAge, Set<TransactionId> abandoned) {
      this.orphanAge = orphanAge;
      this.abandoned = abandoned;
    }

    RecoveryReport run() {
      List<PreparedPart> parts = new ArrayList<>();
      for (ShardId shard : shards) {
        try {
          Connection connection = decisions.open(shard);
          connections.put(shard, connection);
          seen.put(shard, Seen.on(connection));
        } catch (SQLException e) {
          lost(shard, e);
        }
      }
      for (ShardId shard : shards) { // all of them after the last of the clocks was read
        Connection connection = connections.get(shard);
        if (connection != null) {
          try {
            parts.addAll(PreparedPart.on(shard, connection));
          } catch (SQLException e) {
            lost(shard, e);
          }
        }
      }
      for (PreparedPart part : parts) {
        if (part.age().compareTo(orphanAge) >= 0 || abandoned.contains(part.gid().transaction())) {
          end(part);
        }
      }
      purge(parts);
      return new RecoveryReport(committed, rolledBack, left, unreachable);
    }

    private void end(PreparedPart part) {
      TransactionId id = part.gid().transaction();
      Connection deciding = connections.get(id.decidedOn());
      Connection own = connections.get(part.shard());
      if (!part.isInPlace() || !isOurs(part.gid())) {
        leave(part, "it belongs to another configuration");
        return;
      }
      if (deciding == null || own == null) {
        leave(part, "shard " + id.decidedOn() + " decides it and cannot be asked");
        return;
      }
      Outcome outcome;
      try {
        String database = seenOf(part.shard()).database();
        outcome = decisions.settle(deciding, id, new Decisions.Evidence(own, part.gid(), database));
      } catch (SQLException e) {
        if (CodedError.is(e, ErrorCode.OUTCOME_FORGOTTEN)) {
          leave(part, "its decision may have been deleted");
          return;
        }
        lost(id.decidedOn(), e);
        leave(part, "its decision cannot be read");
        return;
      }
      if (outcome == Outcome.IN_DOUBT) {
        leave(part, "it is still being coordinated");
        return;
      }
      end(part, own, outcome == Outcome.COMMITTED);
    }

    private void end(PreparedPart part, Connection own, boolean commit) {
      try (Statement statement = own.createStatement()) {
        statement.execute(DecisionTable.end(part.gid(), commit));
      } catch (SQLException e) {
        if (!ENDED_BY_ANOTHER.contains(String.valueOf(e.getSQLState()))) {
          lost(part.shard(), e);
          leave(part, "its shard refuses to end it");
        }
        return;
      }
      if (commit) {
        committed++;
      } else {
        rolledBack++;
      }
      LOG.info(
          "transaction {}: {} what was prepared on shard {} for {} ms",
          part.gid().transaction(),
          commit ? "committed" : "rolled back",
          part.shard(),
          part.age().toMillis());
    }

    private boolean isOurs(Gid gid) {
      ShardId deciding = gid.transaction().decidedOn();
      Seen known = seen.get(deciding);
      return shards.contains(deciding)
          && (known == null
              || known.store().equals(gid.transaction().store())
              || Fence.DECISION_STORE.isOut());
    }

    private void leave(PreparedPart part, String reason) {
      left++;
      LOG.warn(
          "transaction {} is in doubt: prepared on shard {} for {} ms, {}; it holds {}",
          part.gid().transaction(),
          part.shard(),
          part.age().toMillis(),
          reason,
          part.locks());
    }

    private void lost(ShardId shard, SQLException e) {
      LOG.debug("recovery cannot use shard {}", shard, e);
      if (!unreachable.contains(shard)) {
        unreachable.add(shard);
      }
      close(connections.remove(shard));
    }

    /** A decision is needed as long as a part may be prepared; so all its shards are looked at. */
    private void purge(List<PreparedPart> parts) {
      Map<ShardId, String> databases = new HashMap<>();
      connections.keySet().forEach(shard -> databases.put(shard, seenOf(shard).database()));
      Purge purge = new Purge(decisions.keep(), databases, parts);
      for (ShardId shard : List.copyOf(connections.keySet())) {
        Connection connection = connections.get(shard);
        if (connection != null && !seenOf(shard).store().isEmpty()) {
          try {
            purge.on(connection, seenOf(shard).millis());
          } catch (SQLException e) {
            lost(shard, e);
          }
        }
      }
    }

    private Seen seenOf(ShardId shard) {
      return seen.getOrDefault(shard, Seen.NOTHING);
    }

    @Override
    public void close() {
      connections.values().forEach(this::close);
    }

    private void close(@Nullable Connection connection) {
      if (connection != null) {
        try {
          connection.close();
        } catch (SQLException e) {
          // It was for questions only.
        }
      }
    }
  }
}
