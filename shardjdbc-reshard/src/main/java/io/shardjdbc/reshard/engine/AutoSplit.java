package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.SplitProposal;
import io.shardjdbc.reshard.SplitRules;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at how much shards have to do, and says which one should be split; it moves nothing.
 *
 * <p>Whoever has a scheduler calls {@link #look} every ten seconds or so, and does with what it
 * proposes as he likes. Nothing is proposed while rows move, nor soon after they have: their rows
 * in the databases say so, whichever process moved them. Not thread-safe.
 */
public final class AutoSplit {
  private static final String TRANSACTIONS =
      "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";

  private final Resharding mover;
  private final SplitRules rules;
  private final List<ShardId> shards;
  private final HotShards hot;
  private final Map<ShardId, Seen> seen = new LinkedHashMap<>();

  /**
   * Looks through a mover's connections.
   *
   * @param shards all that can be reached; those that are not in the map are spare
   */
  public AutoSplit(Resharding mover, SplitRules rules, List<ShardId> shards) {
    this.mover = mover;
    this.rules = rules;
    this.shards = List.copyOf(shards);
    this.hot = new HotShards(rules);
  }

  private record Seen(long transactions, long nanos) {}

  /** Looks once; what should be split now, if anything should. */
  public Optional<SplitProposal> look() throws SQLException {
    Map<ShardId, Double> loads = loads();
    List<ShardId> spare = shards.stream().filter(shard -> !loads.containsKey(shard)).toList();
    Optional<SplitProposal> proposal = hot.look(Instant.now(), loads, spare);
    return mayMove() ? proposal : Optional.empty();
  }

  /** Whether no rows move, and none have lately: whoever acts asks again when nobody else can. */
  public boolean mayMove() throws SQLException {
    Instant last = Instant.now().minus(rules.between());
    return mover.moves().stream()
        .allMatch(move -> move.step() == Step.DONE && move.changed().isBefore(last));
  }

  /** Which part of its capacity each shard of the map uses; transactions since the last look. */
  private Map<ShardId, Double> loads() throws SQLException {
    Map<ShardId, Double> loads = new LinkedHashMap<>();
    for (ShardId shard : mover.map().shards().keySet()) {
      Connection connection = mover.servers().kept(shard);
      Seen now = new Seen(Sql.number(connection, TRANSACTIONS), System.nanoTime());
      long bytes = Sql.number(connection, "SELECT pg_database_size(current_database())");
      Seen before = seen.put(shard, now);
      double perSecond =
          before == null
              ? 0
              : (now.transactions() - before.transactions())
                  * 1e9
                  / Math.max(1, now.nanos() - before.nanos());
      loads.put(shard, rules.load(perSecond, bytes));
    }
    return loads;
  }
}
