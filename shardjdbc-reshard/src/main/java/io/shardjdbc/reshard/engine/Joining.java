package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.guard.ClosedTable;
import io.shardjdbc.reshard.verify.Formats;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a shard into the map, with its copies of reference tables.
 *
 * <p>Whoever goes by the new map reads any copy, and whoever goes by an older one writes to the
 * copies that it knows. So nobody writes to them from before the copying on until nothing runs any
 * more by an older map. A mover that dies in between leaves them closed, and the next one that
 * brings the shard in opens them.
 */
final class Joining {
  private static final String CHANGES = "INSERT OR UPDATE OR DELETE OR TRUNCATE";

  private final Servers servers;
  private final MapStore store;
  private final Settings settings;
  private final ShardId shard;
  private final List<String> copied;

  /**
   * @param copied the reference tables, by their names in the configuration
   */
  Joining(Servers servers, MapStore store, Settings settings, ShardId shard, List<String> copied) {
    this.servers = servers;
    this.store = store;
    this.settings = settings;
    this.shard = shard;
    this.copied = copied;
  }

  /** What keeps the shard from having the copies. */
  List<Finding> findings() throws SQLException {
    List<Finding> findings = new ArrayList<>();
    Set<ShardId> there = store.newest().document().shards().keySet();
    if (there.contains(shard)) {
      return findings;
    }
    ShardId first = there.iterator().next();
    try (Connection from = servers.open(first);
        Connection to = servers.open(shard)) {
      Formats.fix(from);
      Formats.fix(to);
      for (String name : copied) {
        String why = misfit(CopiedTable.of(from, name), CopiedTable.of(to, name), from, to);
        if (!why.isEmpty()) {
          findings.add(new Finding(true, "reference table " + name + why + first));
        }
      }
    }
    return findings;
  }

  private static String misfit(
      @Nullable CopiedTable here, @Nullable CopiedTable there, Connection from, Connection to)
      throws SQLException {
    if (here == null) {
      return ""; // nobody has created it yet
    }
    if (there == null || !here.equals(there)) {
      return " is not there, or has other columns than on ";
    }
    return there.isEmpty(to) || there.sum(to).equals(here.sum(from))
        ? ""
        : " has other rows there than on ";
  }

  void run(Reach reach) throws SQLException {
    Stored map = store.spread();
    List<ShardId> others = new ArrayList<>(map.document().shards().keySet());
    others.remove(shard);
    if (!map.document().shards().containsKey(shard)) {
      try {
        refuseWhatIsFound();
        close(others);
        copy(others.get(0));
        MapStore.next(servers.kept(others.get(0)), map, map.document().with(shard, reach));
      } catch (SQLException e) {
        if (!store.newest().document().shards().containsKey(shard)) {
          open(others);
        }
        throw e;
      }
    }
    Stored joined = store.spread();
    if (isClosed(others)) {
      for (ShardId other : others) {
        new Processes(servers)
            .await(other, joined.epoch(), Acknowledgement.QUIESCED, settings.barrier());
      }
      open(others);
    }
  }

  private boolean isClosed(List<ShardId> others) throws SQLException {
    for (ShardId other : others) {
      if (!ClosedTable.on(servers.kept(other)).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void refuseWhatIsFound() throws SQLException {
    List<String> found = findings().stream().map(Finding::what).toList();
    if (!found.isEmpty()) {
      throw new ReshardException(ErrorCode.SHARD_OUTSIDE, shard, String.join("; ", found));
    }
  }

  private void close(List<ShardId> others) throws SQLException {
    for (ShardId other : others) {
      for (CopiedTable table : tables(other)) {
        if (!new ClosedTable(table.sql()).close(servers.kept(other), CHANGES, settings.guard())) {
          throw new ReshardException(
              ErrorCode.SHARD_OUTSIDE,
              shard,
              "a transaction on " + other + " writes to " + table.display() + ", and does not end");
        }
      }
    }
  }

  private void open(List<ShardId> others) throws SQLException {
    for (ShardId other : others) {
      for (CopiedTable table : tables(other)) {
        if (!new ClosedTable(table.sql()).open(servers.kept(other), settings.guard())) {
          throw new ReshardException(
              ErrorCode.SHARD_OUTSIDE, shard, table.display() + " cannot be opened again");
        }
      }
    }
  }

  private void copy(ShardId first) throws SQLException {
    try (Connection from = servers.open(first);
        Connection to = servers.open(shard)) {
      // Triggers have fired where the rows were written, and foreign keys hold when all are there.
      CleanSession.asReplica(to);
      to.setAutoCommit(false);
      for (CopiedTable table : tables(first)) {
        if (table.isEmpty(to)) {
          table.copy(from, to);
        }
      }
      to.commit();
    }
    refuseWhatIsFound();
  }

  private List<CopiedTable> tables(ShardId on) throws SQLException {
    List<CopiedTable> tables = new ArrayList<>();
    for (String name : copied) {
      CopiedTable table = CopiedTable.of(servers.kept(on), name);
      if (table != null) {
        tables.add(table);
      }
    }
    return tables;
  }
}
