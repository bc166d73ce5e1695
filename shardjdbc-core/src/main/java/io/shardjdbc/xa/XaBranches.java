package io.shardjdbc.xa;

import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.PrepareOnly;
import io.shardjdbc.transaction.PrimaryConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The branches that are prepared on the shards, whichever process prepared them. Thread-safe.
 *
 * <p>A branch is ended on one shard after the other, the one last that was prepared first: until
 * then its lock keeps others from taking moments, in which half of the branch would show. If a
 * shard cannot be reached the manager is told that the resource failed and asks again later; what
 * has been ended stays so, and the rest is found by its name.
 */
public final class XaBranches {

  private static final Logger LOG = LoggerFactory.getLogger(XaBranches.class);

  private static final String LIST =
      "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE ?";
  private static final String UNDEFINED_OBJECT = "42704";

  private final CurrentMap maps;
  private final PrimaryConnections primaries;
  private final DecisionDurability durability;
  private final Consumer<ShardId> wrote;

  /**
   * @param settings say what preparing waits for at least, and how long a server may take to
   *     answer, so that a silent one holds no manager for ever
   * @param networkTimeout for each answer of a server, so that a silent one holds no manager for
   *     ever
   * @param wrote is told of each shard on which a branch was committed
   */
  public XaBranches(
      CurrentMap maps,
      PrimaryConnections primaries,
      TransactionSettings settings,
      Consumer<ShardId> wrote) {
    this.maps = maps;
    int millis = (int) Math.min(Integer.MAX_VALUE, settings.commitTimeout().toMillis());
    this.primaries =
        shard -> {
          Connection connection = primaries.open(shard);
          connection.setNetworkTimeout(Runnable::run, millis);
          return connection;
        };
    this.durability = settings.durability();
    this.wrote = wrote;
  }

  /** How the parts of a branch are prepared. */
  PrepareOnly preparing(BranchXid xid) {
    Map<ShardId, Integer> numbers = new HashMap<>();
    return new PrepareOnly(
        part -> {
          int number = numbers.computeIfAbsent(part.shard(), shard -> numbers.size());
          return xid.gid(number, part.durability());
        },
        durability);
  }

  /**
   * All branches that any shard has prepared which can be asked. A branch that has parts on a shard
   * which is away is found by its other parts, or when that shard is back; to fail would keep the
   * manager from all others meanwhile.
   *
   * @throws XAException if no shard can be asked
   */
  Xid[] recover() throws XAException {
    Set<Xid> found = new LinkedHashSet<>();
    List<ShardId> shards = maps.withLeaving();
    int away = 0;
    for (ShardId shard : shards) {
      try (Connection connection = primaries.open(shard)) {
        for (String gid : prepared(connection)) {
          BranchXid.parse(gid).ifPresent(found::add);
        }
      } catch (SQLException e) {
        LOG.warn("Shard {} cannot be asked for prepared branches: {}", shard, e.getMessage());
        if (++away == shards.size()) {
          throw XaFault.of(XAException.XAER_RMFAIL, "no shard can be asked", e);
        }
      }
    }
    return found.toArray(new Xid[0]);
  }

  /**
   * Ends a branch on every shard that has it prepared.
   *
   * @throws XAException RMFAIL where a shard could not be told, RMERR where somebody else ended a
   *     part in between, in whatever way; NOTA where no shard has it
   */
  void end(BranchXid xid, boolean commit) throws XAException {
    Tally tally = new Tally();
    List<ShardId> first = new ArrayList<>(1);
    Optional<XAException> fault = Optional.empty();
    for (ShardId shard : maps.withLeaving()) {
      try (Connection connection = primaries.open(shard)) {
        for (String gid : parts(connection, xid)) {
          if (BranchXid.isFirst(gid)) {
            first.add(shard);
          } else {
            end(connection, gid, shard, commit, tally);
          }
        }
      } catch (SQLException e) {
        fault = Optional.of(untold(shard, e));
      }
    }
    for (ShardId shard : first) { // also where another is away: reads of one moment wait for that
      try (Connection connection = primaries.open(shard)) {
        for (String gid : parts(connection, xid)) {
          end(connection, gid, shard, commit, tally);
        }
      } catch (SQLException e) {
        fault = fault.or(() -> Optional.of(untold(shard, e)));
      }
    }
    if (fault.isPresent()) {
      throw fault.get();
    }
    if (tally.gone > 0) {
      throw XaFault.of(XAException.XAER_RMERR, "somebody else has ended the branch", null);
    }
    if (tally.ended == 0) {
      throw XaFault.of(XAException.XAER_NOTA, "no shard has prepared the branch", null);
    }
  }

  /** How many parts were ended, and how many vanished before they could be. */
  private static final class Tally {
    private int ended;
    private int gone;
  }

  private static XAException untold(ShardId shard, SQLException e) {
    return XaFault.of(XAException.XAER_RMFAIL, "shard " + shard + " could not be told", e);
  }

  private void end(Connection connection, String gid, ShardId shard, boolean commit, Tally tally)
      throws SQLException {
    if (commit) {
      wrote.accept(shard); // also where the answer is lost
    }
    try (Statement statement = connection.createStatement()) {
      Optional<Durability> asked = BranchXid.durability(gid);
      if (commit && asked.isPresent()) {
        statement.execute(asked.get().set()); // the connection serves nobody else
      }
      statement.execute((commit ? "COMMIT PREPARED '" : "ROLLBACK PREPARED '") + gid + "'");
      tally.ended++;
    } catch (SQLException e) {
      if (!UNDEFINED_OBJECT.equals(e.getSQLState())) {
        throw e;
      }
      tally.gone++;
    }
    if (commit) {
      wrote.accept(shard);
    }
  }

  private static List<String> parts(Connection connection, BranchXid xid) throws SQLException {
    return prepared(connection).stream()
        .filter(gid -> BranchXid.parse(gid).filter(xid::equals).isPresent())
        .toList();
  }

  private static List<String> prepared(Connection connection) throws SQLException {
    List<String> gids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LIST)) {
      statement.setString(1, BranchXid.LIKE);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          gids.add(rows.getString(1));
        }
      }
    }
    return gids;
  }
}
