package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ProcessStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who has sessions on a shard's servers, and by which maps they work.
 *
 * <p>A session takes its process's lock before it reads the epoch. So, once an epoch is committed
 * and a replica has replayed it, whoever is not seen by its lock will see the epoch.
 */
public final class Processes {

  /** In this database, held or waited for, with two numbers. */
  private static final String SLOTS =
      "SELECT DISTINCT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
          + " AND classid::bigint = "
          + ControlSchema.PROCESS_LOCKS
          + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

  private final Servers servers;

  public Processes(Servers servers) {
    this.servers = servers;
  }

  /** What a process has acknowledged. */
  public enum Acknowledgement {
    /** Whatever it routes from now on goes by the epoch or a later one. */
    INSTALLED("installed"),
    /** Nothing runs any more that was routed before the epoch. */
    QUIESCED("quiesced");

    private final String column;

    Acknowledgement(String column) {
      this.column = column;
    }

    private String column() {
      return MoveFence.BARRIER_COUNTS_WORK.isOut() ? INSTALLED.column : column;
    }
  }

  /** All that have sessions on the shard's servers. */
  public List<ProcessStatus> seen(ShardId shard) throws SQLException {
    List<ProcessStatus> seen = new ArrayList<>();
    Connection primary = servers.kept(shard);
    for (long slot : slots(primary)) {
      seen.add(process(shard, primary, slot, false));
    }
    try (Replicas replicas = servers.openReplicas(shard)) {
      for (Connection replica : replicas.connections()) {
        for (long slot : slots(replica)) {
          seen.add(process(shard, primary, slot, true));
        }
      }
    }
    return seen;
  }

  private static List<Long> slots(Connection connection) throws SQLException {
    return Sql.rows(connection, row -> row.getLong(1), SLOTS);
  }

  private static ProcessStatus process(
      ShardId shard, Connection primary, long slot, boolean onReplica) throws SQLException {
    ProcessStatus known =
        Sql.first(
            primary,
            row ->
                new ProcessStatus(
                    shard, slot, row.getString(1), row.getLong(2), row.getLong(3), onReplica),
            "SELECT name, installed, quiesced FROM shardjdbc.process WHERE slot = ?",
            slot);
    return known == null ? new ProcessStatus(shard, slot, "", -1, -1, onReplica) : known;
  }

  /**
   * Waits until all processes that have sessions on the shard's servers have acknowledged an epoch
   * that the primary has.
   *
   * @throws ReshardException {@link ErrorCode#PROCESS_SILENT} when one does not in time
   */
  public void await(ShardId shard, MapEpoch epoch, Acknowledgement what, Duration allowed)
      throws SQLException {
    Patience patience = Patience.of(allowed);
    Connection primary = servers.kept(shard);
    try (Replicas replicas = servers.openReplicas(shard)) {
      String lsn = Sql.text(primary, "SELECT pg_current_wal_flush_lsn()");
      if (!patience.await(() -> replicas.haveReplayed(lsn))) {
        throw new ReshardException(
            ErrorCode.PROCESS_SILENT, epoch.number(), shard, "a replica does not replay");
      }
      List<String> silent = new ArrayList<>();
      if (!patience.await(() -> allHave(primary, replicas.connections(), epoch, what, silent))) {
        throw new ReshardException(
            ErrorCode.PROCESS_SILENT, epoch.number(), shard, String.join(", ", silent));
      }
    }
  }

  /**
   * Whether all processes with sessions on the primary have installed an epoch: a look of one round
   * trip.
   *
   * @return who has not, or empty
   */
  public static String silentOnPrimary(Connection primary, MapEpoch epoch) throws SQLException {
    return String.join(", ", silent(primary, slots(primary), epoch, Acknowledgement.INSTALLED));
  }

  private static boolean allHave(
      Connection primary,
      List<Connection> replicas,
      MapEpoch epoch,
      Acknowledgement what,
      List<String> silent)
      throws SQLException {
    silent.clear();
    silent.addAll(silent(primary, slots(primary), epoch, what));
    for (Connection replica : replicas) {
      silent.addAll(silent(primary, slots(replica), epoch, what));
    }
    return silent.isEmpty();
  }

  private static List<String> silent(
      Connection primary, List<Long> slots, MapEpoch epoch, Acknowledgement what)
      throws SQLException {
    if (slots.isEmpty()) {
      return List.of();
    }
    String list = slots.stream().map(String::valueOf).collect(Collectors.joining(","));
    return Sql.rows(
        primary,
        row -> name(row.getLong(1), row.getString(2)),
        "SELECT s.slot, p.name FROM unnest('{"
            + list
            + "}'::bigint[]) s (slot) LEFT JOIN shardjdbc.process p ON p.slot = s.slot"
            + " WHERE coalesce(p."
            + what.column()
            + ", -1) < ?",
        epoch.number());
  }

  private static String name(long slot, @Nullable String name) {
    return (name == null ? "unknown" : name) + " (slot " + slot + ")";
  }

  /** Ends all sessions of a process on the shard's servers; how many there were. */
  public int evict(ShardId shard, long slot) throws SQLException {
    int ended = evict(servers.kept(shard), slot);
    try (Replicas replicas = servers.openReplicas(shard)) {
      for (Connection replica : replicas.connections()) {
        ended += evict(replica, slot);
      }
    }
    return ended;
  }

  private static int evict(Connection connection, long slot) throws SQLException {
    return Sql.rows(
            connection,
            row -> row.getBoolean(1),
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
                + " AND objsubid = 2 AND pid IS NOT NULL AND classid::bigint = "
                + ControlSchema.PROCESS_LOCKS
                + " AND objid::bigint = ? AND database ="
                + " (SELECT oid FROM pg_database WHERE datname = current_database())",
            slot)
        .size();
  }
}
