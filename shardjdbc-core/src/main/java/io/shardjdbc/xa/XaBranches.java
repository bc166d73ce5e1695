package io.shardjdbc.xa;

import io.shardjdbc.config.DecisionDurability;
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

/**
 * The branches that are prepared on the shards, whichever process prepared them. Thread-safe.
 *
 * <p>A branch is ended on one shard after the other. If a shard cannot be reached the manager is
 * told that the resource failed and asks again later; what has been ended stays so, and the rest is
 * found by its name.
 */
public final class XaBranches {

  private static final String LIST =
      "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE ?";
  private static final String UNDEFINED_OBJECT = "42704";

  private final CurrentMap maps;
  private final PrimaryConnections primaries;
  private final DecisionDurability durability;
  private final Consumer<ShardId> wrote;

  /**
   * @param durability what preparing waits for at least
   * @param wrote is told of each shard on which a branch was committed
   */
  public XaBranches(
      CurrentMap maps,
      PrimaryConnections primaries,
      DecisionDurability durability,
      Consumer<ShardId> wrote) {
    this.maps = maps;
    this.primaries = primaries;
    this.durability = durability;
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

  /** All branches that any shard has prepared. */
  Xid[] recover() throws XAException {
    Set<Xid> found = new LinkedHashSet<>();
    for (ShardId shard : maps.shards()) {
      try (Connection connection = primaries.open(shard)) {
        for (String gid : prepared(connection)) {
          BranchXid.parse(gid).ifPresent(found::add);
        }
      } catch (SQLException e) {
        throw XaFault.of(XAException.XAER_RMFAIL, "shard " + shard + " cannot be asked", e);
      }
    }
    return found.toArray(new Xid[0]);
  }

  /** Ends a branch on every shard that has it prepared. */
  void end(BranchXid xid, boolean commit) throws XAException {
    int ended = 0;
    Optional<XAException> fault = Optional.empty();
    for (ShardId shard : maps.shards()) {
      try (Connection connection = primaries.open(shard)) {
        ended += end(connection, xid, shard, commit);
      } catch (SQLException e) {
        fault =
            Optional.of(
                XaFault.of(XAException.XAER_RMFAIL, "shard " + shard + " could not be told", e));
      }
    }
    if (fault.isPresent()) {
      throw fault.get();
    }
    if (ended == 0) {
      throw XaFault.of(XAException.XAER_NOTA, "no shard has prepared the branch", null);
    }
  }

  private int end(Connection connection, BranchXid xid, ShardId shard, boolean commit)
      throws SQLException {
    int ended = 0;
    for (String gid : prepared(connection)) {
      if (BranchXid.parse(gid).filter(xid::equals).isPresent()) {
        try (Statement statement = connection.createStatement()) {
          Optional<Durability> asked = BranchXid.durability(gid);
          if (commit && asked.isPresent()) {
            statement.execute(asked.get().set()); // the connection serves nobody else
          }
          statement.execute((commit ? "COMMIT PREPARED '" : "ROLLBACK PREPARED '") + gid + "'");
        } catch (SQLException e) {
          if (!UNDEFINED_OBJECT.equals(e.getSQLState())) { // else somebody else was faster
            throw e;
          }
        }
        ended++;
        if (commit) {
          wrote.accept(shard);
        }
      }
    }
    return ended;
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
