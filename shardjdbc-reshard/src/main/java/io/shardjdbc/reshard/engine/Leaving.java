package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.guard.ClosedTable;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Takes a shard out of the map that has no rows any more.
 *
 * <p>What it owned of the library's records is the others' by the same epoch. A process that goes
 * by an older map could still begin a saga there, so nobody does from before that epoch on. When
 * nobody goes by an older map, the shard is looked through once more; where something has come, it
 * comes back into the map.
 */
final class Leaving {
  private static final String SAGAS = "shardjdbc.saga";

  /** They do not move, but are delivered before long. */
  private static final String MESSAGES = "shardjdbc.outbox";

  private static final List<String> RECORDS = List.of(SAGAS, "shardjdbc.saga_step", MESSAGES);

  private final Servers servers;
  private final MapStore store;
  private final Settings settings;
  private final ShardId shard;

  Leaving(Servers servers, MapStore store, Settings settings, ShardId shard) {
    this.servers = servers;
    this.store = store;
    this.settings = settings;
    this.shard = shard;
  }

  void run() throws SQLException {
    Connection connection = servers.kept(shard);
    Stored map = store.spread();
    MapDocument.Reach reach = map.document().shards().get(shard);
    if (reach != null) {
      refuse(owned(map.document()));
      refuse(moves());
      refuse(sequences(connection));
      beginNoSagas(connection);
      try {
        refuse(records(connection));
        MapStore.next(connection, map, new Reshaping(map.document()).without(shard));
      } catch (SQLException e) {
        if (store.newest().document().shards().containsKey(shard)) {
          beginSagas(connection);
        }
        throw e;
      }
    }
    Stored without = store.spread();
    new Processes(servers)
        .await(shard, without.epoch(), Acknowledgement.QUIESCED, settings.barrier());
    String left = records(connection) + rows(connection, without.document());
    if (!left.isEmpty() && reach != null) {
      MapStore.next(connection, without, without.document().with(shard, reach));
      store.spread();
    }
    beginSagas(connection);
    refuse(left);
  }

  private void refuse(String why) throws SQLException {
    if (!why.isEmpty()) {
      throw new ReshardException(ErrorCode.SHARD_STAYS, shard, why);
    }
  }

  private String owned(MapDocument map) {
    if (map.shards().size() == 1) {
      return "it is the only one";
    }
    for (Map.Entry<String, Positioned> placement : map.placements().entrySet()) {
      if (!placement.getKey().equals(ShardMap.RECORDS)
          && !placement.getValue().ownedBy(shard).isEmpty()) {
        return "it has positions of " + placement.getKey();
      }
    }
    return "";
  }

  private String moves() throws SQLException {
    for (ShardId each : servers.shards()) {
      Connection there = servers.kept(each);
      if (ControlSchema.isInstalled(there)) {
        for (MoveRow row : MoveRow.fromHere(there)) {
          boolean ours = row.moving().source().equals(shard) || row.moving().target().equals(shard);
          if (ours && row.step() != Step.DONE) {
            return "move " + row.id() + " has not ended yet";
          }
        }
      }
    }
    return "";
  }

  /** Numbers of all shards are counted on the first one of the configuration. */
  private String sequences(Connection connection) throws SQLException {
    boolean counts =
        shard.equals(servers.shards().get(0))
            && Sql.isTrue(
                connection,
                "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\\_%'"
                    + " AND n.nspname <> 'shardjdbc')");
    return counts ? "sequences count there" : "";
  }

  private String records(Connection connection) throws SQLException {
    if (isThere(connection, MESSAGES)) {
      Patience.of(settings.barrier()).await(() -> isEmpty(connection, MESSAGES));
    }
    for (String table : RECORDS) {
      if (isThere(connection, table) && !isEmpty(connection, table)) {
        return table + " has entries";
      }
    }
    return "";
  }

  /** Rows that somebody has written past the map. */
  private static String rows(Connection connection, MapDocument map) throws SQLException {
    for (String placement :
        new TreeSet<>(map.tables().values().stream().map(Placed::placement).toList())) {
      for (MovedTable table : MovedTable.of(connection, map, placement)) {
        if (!table.isRecord() && !isEmpty(connection, table.sql())) {
          return "table " + table.display() + " has rows";
        }
      }
    }
    return "";
  }

  private void beginNoSagas(Connection connection) throws SQLException {
    if (isThere(connection, SAGAS)
        && !new ClosedTable(SAGAS).close(connection, "INSERT", settings.guard())) {
      refuse("a saga is being begun there, and its transaction does not end");
    }
  }

  private void beginSagas(Connection connection) throws SQLException {
    if (isThere(connection, SAGAS)) {
      new ClosedTable(SAGAS).open(connection, settings.guard());
    }
  }

  private static boolean isEmpty(Connection connection, String table) throws SQLException {
    return !Sql.isTrue(connection, "SELECT EXISTS (SELECT FROM " + table + ")");
  }

  private static boolean isThere(Connection connection, String table) throws SQLException {
    return Sql.isTrue(connection, "SELECT to_regclass(?) IS NOT NULL", table);
  }
}
