package io.shardjdbc.saga.work;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.TablePosition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a record of the library's lies: what says so stays the same when rows move. */
public sealed interface Place {

  /** The shard by a map. */
  ShardId in(ShardMap map, Planner planner);

  /** On that shard, with rows that do not move. */
  record OnShard(ShardId shard) implements Place {
    @Override
    public ShardId in(ShardMap map, Planner planner) {
      return map.having(shard);
    }

    @Override
    public String toString() {
      return shard.name();
    }
  }

  /** With the rows of a key. */
  record WithRows(TablePosition rows) implements Place {
    @Override
    public ShardId in(ShardMap map, Planner planner) {
      return planner.at(rows, map);
    }

    @Override
    public String toString() {
      return "@" + rows.position() + " " + rows.table();
    }
  }

  /** The home of a saga: by its id, in a placement of the library's own. */
  record Home(UUID saga) implements Place {
    @Override
    public ShardId in(ShardMap map, Planner planner) {
      return map.placement(ShardMap.RECORDS).shardOf(Key.of(saga));
    }
  }

  /** Where a key of a table lies, or the table itself, if it lives on one shard. */
  static Place of(Planner planner, String table, List<@Nullable Object> key) {
    Optional<TablePosition> rows = planner.position(table, key);
    return rows.isPresent() ? new WithRows(rows.get()) : new OnShard(planner.home(table, key));
  }

  /** What {@code toString} has written, of places of steps. */
  static Place read(String text) {
    int space = text.indexOf(' ');
    return text.startsWith("@")
        ? new WithRows(
            new TablePosition(text.substring(space + 1), Long.parseLong(text.substring(1, space))))
        : new OnShard(new ShardId(text));
  }
}
