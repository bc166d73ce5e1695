package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Orphan;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds subscriptions, slots and publications that belong to no move, and takes them away.
 *
 * <p>They are left where the map was dropped, or a server's database put back, while rows moved:
 * then no mover comes back for them, and a slot keeps the log of its server for ever. All bear the
 * name of their map and move, and a move that has not ended has a row on its source. The slots by
 * which PostgreSQL copies single tables bear the number of a subscription instead, and of its
 * server.
 */
final class Orphans {
  private static final Duration WORKERS_END = Duration.ofSeconds(60);
  private static final String SUBSCRIPTION = "subscription";
  private static final String SLOT = "slot";

  private static final String NAMED = "'^shardjdbc_[0-9a-f]{8}_m[0-9]+(_back)?$'";

  private static final String FOUND =
      """
      SELECT 'subscription', subname::text, 0::bigint FROM pg_subscription
        WHERE subname ~ %1$s
          AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      UNION ALL
      SELECT 'slot', slot_name::text,
          coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn), 0)::bigint
        FROM pg_replication_slots WHERE database = current_database()
          AND (slot_name ~ %1$s OR slot_name ~ '^pg_[0-9]+_sync_[0-9]+_[0-9]+$')
      UNION ALL
      SELECT 'publication', pubname::text, 0 FROM pg_publication WHERE pubname ~ %1$s
      ORDER BY 1 DESC, 2
      """
          .formatted(NAMED);

  /** Of each subscription of a server the start of the names that its slots of tables have. */
  private static final String SUBSCRIBED =
      "SELECT oid::text FROM pg_subscription UNION ALL SELECT ''";

  private static final String SERVER = "SELECT system_identifier::text FROM pg_control_system()";

  private final Servers servers;

  Orphans(Servers servers) {
    this.servers = servers;
  }

  /** What there is; nothing where it is not known what moves. */
  List<Orphan> found() throws SQLException {
    return unknown() == null ? all() : List.of();
  }

  /**
   * Takes it away; what was, and what was not, which blocks.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when a shard of the map may know
   *     of a move and cannot be asked
   */
  List<Finding> remove() throws SQLException {
    ShardId unknown = unknown();
    if (unknown != null) {
      servers.of(unknown);
    }
    List<Finding> done = new ArrayList<>();
    for (Orphan orphan : all()) {
      if (orphan.kind().equals(SUBSCRIPTION)) {
        Stream.forget(servers.kept(orphan.shard()), orphan.name());
        done.add(new Finding(false, words(orphan)));
      }
    }
    for (Orphan orphan : all()) {
      Patience patience = Patience.of(WORKERS_END);
      Connection connection = servers.kept(orphan.shard());
      String inTheWay =
          orphan.kind().equals(SLOT)
              ? Stream.dropSlot(connection, orphan.name(), patience)
              : Stream.dropPublication(connection, orphan.name(), patience);
      String what = words(orphan);
      done.add(
          inTheWay.isEmpty()
              ? new Finding(false, what)
              : new Finding(true, what + ": " + inTheWay));
    }
    return done;
  }

  private static String words(Orphan orphan) {
    return orphan.kind() + " " + orphan.name() + " on " + orphan.shard();
  }

  private List<Orphan> all() throws SQLException {
    List<Orphan> found = new ArrayList<>();
    for (ShardId shard : servers.shards()) {
      found.addAll(
          Sql.rows(
              servers.kept(shard),
              row -> new Orphan(shard, row.getString(1), row.getString(2), row.getLong(3)),
              FOUND));
    }
    Set<String> moving = moving(); // later: what begins now is not among what was found
    Set<String> copying = copying();
    found.removeIf(
        orphan ->
            orphan.name().startsWith("pg_")
                ? !isOrphan(orphan.name(), copying)
                : moving.contains(orphan.name()));
    return found;
  }

  /** Whether the subscription is gone whose tables are copied by a slot, on one of our servers. */
  private static boolean isOrphan(String slot, Set<String> copying) {
    String server = slot.substring(slot.lastIndexOf('_') + 1);
    String subscription = slot.substring("pg_".length(), slot.indexOf("_sync_"));
    return copying.contains(server + " ") && !copying.contains(server + " " + subscription);
  }

  /** The names of what moves that have not ended use. */
  private Set<String> moving() throws SQLException {
    Set<String> names = new HashSet<>();
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      if (ControlSchema.isInstalled(connection)) {
        for (MoveRow row : MoveRow.fromHere(connection)) {
          if (row.step() != Step.DONE) {
            names.add(Stream.forward(row.mapId(), row.id()).name());
            names.add(Stream.back(row.mapId(), row.id()).name());
          }
        }
      }
    }
    return names;
  }

  /** Our servers, and with each the subscriptions that it has. */
  private Set<String> copying() throws SQLException {
    Set<String> copying = new HashSet<>();
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      String server = Sql.text(connection, SERVER);
      for (String subscription : Sql.rows(connection, row -> row.getString(1), SUBSCRIBED)) {
        copying.add(server + " " + subscription);
      }
    }
    return copying;
  }

  /** A shard of a map that nobody has said how to reach, or null. */
  private @Nullable ShardId unknown() throws SQLException {
    for (ShardId shard : servers.shards()) {
      Stored stored = MapStore.read(servers.kept(shard));
      if (stored != null) {
        for (ShardId other : stored.document().shards().keySet()) {
          if (!servers.shards().contains(other)) {
            return other;
          }
        }
      }
    }
    return null;
  }
}
