package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a session asks of replicas, and which shards it has worked with. Not thread-safe. */
public final class Reads {

  private final boolean usuallySnapshot;
  private @Nullable ShardId first;
  private @Nullable Set<ShardId> others;
  private @Nullable MapEpoch workedBy;
  private boolean byOthers;
  private ReadIntent intent = ReadIntent.standard();
  private @Nullable Durability durability;

  /**
   * @param usuallySnapshot whether reads see one moment where nothing is asked of them
   */
  Reads(boolean usuallySnapshot) {
    this.usuallySnapshot = usuallySnapshot;
  }

  /** Whether a read outside of transactions sees all its shards of one moment. */
  boolean areSnapshots() {
    return usuallySnapshot || intent.isSnapshot();
  }

  /** What is asked of reads from now on. */
  public void intent(ReadIntent next) {
    intent = next;
  }

  public ReadIntent intent() {
    return intent;
  }

  /** What commits of writes wait for at least; null for what the server does by itself. */
  public void durability(@Nullable Durability wanted) {
    durability = wanted;
  }

  public @Nullable Durability durability() {
    return durability;
  }

  void on(ShardId shard, MapEpoch epoch) {
    if (workedBy == null) {
      workedBy = epoch;
    } else if (!workedBy.equals(epoch)) {
      byOthers = true;
    }
    if (first == null) {
      first = shard;
    } else if (!first.equals(shard)) {
      if (others == null) {
        others = new LinkedHashSet<>();
      }
      others.add(shard);
    }
  }

  /**
   * A token of all that the session has read or committed, by the map of now; one round trip for
   * each shard that it has worked with. Where that was by another map, rows may have moved
   * anywhere, and all shards are asked.
   */
  public CausalToken token(Session session) throws SQLException {
    ShardMap map = session.routed().map();
    String name = TokenMap.name(map.epoch());
    CausalToken token = intent.token().orElse(CausalToken.NONE);
    boolean elsewhere =
        byOthers
            || (workedBy != null && !workedBy.equals(map.epoch()))
            || (!token.isEmpty() && !token.map().equals(name));
    token = token.by(name);
    for (ShardId shard : elsewhere ? map.shards() : worked()) {
      token = token.merge(CausalToken.of(shard.name(), position(session, shard)).by(name));
    }
    return token;
  }

  private List<ShardId> worked() {
    List<ShardId> shards = new ArrayList<>();
    if (first != null) {
      shards.add(first);
    }
    if (others != null) {
      shards.addAll(others);
    }
    return shards;
  }

  /** The primary's position covers whatever its replicas have shown. */
  private static WalPosition position(Session session, ShardId shard) throws SQLException {
    Held primary = session.holdPrimary(shard);
    try {
      return WalPosition.of(primary.connection());
    } catch (SQLException e) {
      throw SqlErrors.onShard(shard, session.failed(primary, e));
    } finally {
      session.release(primary);
    }
  }
}
