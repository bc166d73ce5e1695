package io.shardjdbc.reshard.control;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The map in the databases.
 *
 * <p>A new epoch is born in one transaction on one shard, which compares the number of before, and
 * then copied to the others. So no number is given twice.
 */
public final class MapStore {
  private static final String READ = "SELECT map_id, epoch, document FROM shardjdbc.map";

  private final Servers servers;

  public MapStore(Servers servers) {
    this.servers = servers;
  }

  /** A map with its epoch. */
  public record Stored(MapEpoch epoch, MapDocument document) {}

  /** What a shard's database has, or null. */
  public static @Nullable Stored read(Connection connection) throws SQLException {
    if (!ControlSchema.isInstalled(connection)) {
      return null;
    }
    return Sql.first(
        connection,
        row ->
            new Stored(
                new MapEpoch(row.getObject(1, UUID.class), row.getLong(2)),
                MapDocument.parse(row.getString(3))),
        READ);
  }

  /**
   * The newest map of all shards.
   *
   * @throws ReshardException {@link ErrorCode#MAP_MISSING} when no shard has one, {@link
   *     ErrorCode#MAPS_DIFFER} when they are of different ids
   */
  public Stored newest() throws SQLException {
    Stored newest = null;
    ShardId of = servers.shards().get(0);
    for (ShardId shard : servers.shards()) {
      Stored stored = read(servers.kept(shard));
      if (stored != null && newest != null && !same(stored, newest)) {
        throw new ReshardException(ErrorCode.MAPS_DIFFER, of, shard);
      }
      if (stored != null && (newest == null || stored.epoch().follows(newest.epoch()))) {
        newest = stored;
        of = shard;
      }
    }
    if (newest == null) {
      throw new ReshardException(ErrorCode.MAP_MISSING);
    }
    return newest;
  }

  private static boolean same(Stored one, Stored other) {
    return one.epoch().mapId().equals(other.epoch().mapId());
  }

  /** Whether a shard has a map. */
  public boolean isThere() throws SQLException {
    for (ShardId shard : servers.shards()) {
      if (read(servers.kept(shard)) != null) {
        return true;
      }
    }
    return false;
  }

  /** Makes the first map; a shard that has one keeps it. */
  public Stored create(MapDocument document) throws SQLException {
    for (ShardId shard : servers.shards()) {
      ControlSchema.install(servers.kept(shard));
    }
    Stored first = new Stored(new MapEpoch(UUID.randomUUID(), 1), document);
    if (isThere()) {
      return spread();
    }
    insert(servers.shards().get(0), first);
    return spread();
  }

  /** A new owner says that it is one, together with the map by which it is. */
  public static void own(Connection before, Connection owner, int move) throws SQLException {
    Stored moved = read(before);
    owner.setAutoCommit(false);
    try {
      if (moved != null) {
        bring(owner, moved);
      }
      Sql.run(
          owner,
          "UPDATE shardjdbc.move SET phase = ?, changed = clock_timestamp() WHERE id = ?",
          MoveRow.OWNER,
          move);
      owner.commit();
    } finally {
      owner.rollback();
      owner.setAutoCommit(true);
    }
  }

  private static void bring(Connection connection, Stored map) throws SQLException {
    Sql.run(
        connection,
        "UPDATE shardjdbc.map SET epoch = ?, document = ? WHERE map_id = ? AND epoch < ?",
        map.epoch().number(),
        map.document().toString(),
        map.epoch().mapId(),
        map.epoch().number());
  }

  /**
   * Says before which number an attempt to change an owner may give, on a shard that does not give
   * it.
   */
  public static void reserve(Connection connection, int move, long number) throws SQLException {
    Sql.run(
        connection,
        "UPDATE shardjdbc.move SET reserved = greatest(reserved, ?) WHERE id = ?",
        number,
        move);
  }

  /**
   * Leaves out numbers that a primary may have given and taken with it: a process that has heard
   * one would not take another map of the same number.
   */
  public void leaveOutLost() throws SQLException {
    long reserved = 0;
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      if (ControlSchema.isInstalled(connection)) {
        long here = Sql.number(connection, "SELECT max(reserved) FROM shardjdbc.move");
        reserved = Math.max(reserved, here);
      }
    }
    if (reserved == 0) {
      return;
    }
    Stored newest = spread();
    if (newest.epoch().number() < reserved) {
      Sql.run(
          servers.kept(servers.shards().get(0)),
          "UPDATE shardjdbc.map SET epoch = ? WHERE map_id = ? AND epoch = ?",
          reserved + 1,
          newest.epoch().mapId(),
          newest.epoch().number());
      spread();
    }
  }

  /** Brings the newest map to all shards that have an older one or none. */
  public Stored spread() throws SQLException {
    Stored newest = newest();
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      ControlSchema.install(connection);
      insert(shard, newest);
      bring(connection, newest);
    }
    return newest;
  }

  private void insert(ShardId shard, Stored map) throws SQLException {
    Sql.run(
        servers.kept(shard),
        "INSERT INTO shardjdbc.map (map_id, epoch, document) VALUES (?, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        map.epoch().mapId(),
        map.epoch().number(),
        map.document().toString());
  }

  /**
   * Lets the next epoch be born, within the transaction that is open.
   *
   * @throws ReshardException {@link ErrorCode#MOVER_REPLACED} when somebody else was faster
   */
  public static Stored next(Connection connection, Stored before, MapDocument document)
      throws SQLException {
    Stored next = new Stored(before.epoch().next(), document);
    int changed =
        Sql.run(
            connection,
            "UPDATE shardjdbc.map SET epoch = ?, document = ? WHERE map_id = ? AND epoch = ?",
            next.epoch().number(),
            document.toString(),
            next.epoch().mapId(),
            before.epoch().number());
    if (changed != 1) {
      throw new ReshardException(ErrorCode.MOVER_REPLACED);
    }
    return next;
  }
}
