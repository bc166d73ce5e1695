package io.shardjdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.session.TokenMap;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * What connections of a DataSource ask of their reads when they are handed out, and tokens of what
 * was written, for programs whose connections are opened by a framework. Thread-safe.
 */
public final class ShardReads {

  private final Supplier<Engine> engine;
  private volatile Supplier<ReadIntent> intents = ReadIntent::standard;

  /**
   * @param engine what runs now
   */
  ShardReads(Supplier<Engine> engine) {
    this.engine = engine;
  }

  /**
   * Says what each new connection asks of its reads; it may ask for something else later.
   *
   * @param intentOfNew is called on the thread that opens a connection
   */
  public void intents(Supplier<ReadIntent> intentOfNew) {
    intents = intentOfNew;
  }

  ReadIntent ofNewConnection() {
    return intents.get();
  }

  /**
   * A token of all that was committed on these shards so far; one round trip for each. Where rows
   * have ever moved, what was committed on these may be on others now: then it is one of all
   * shards.
   *
   * @throws SQLException if one of their primaries does not answer
   */
  public CausalToken tokenOf(Collection<ShardId> shards) throws SQLException {
    Engine now = engine.get();
    CurrentMap maps = now.maps();
    MapEpoch epoch = maps.get().epoch();
    boolean mayHaveMoved = epoch.number() > 0;
    CausalToken token = CausalToken.NONE;
    for (ShardId shard : mayHaveMoved ? maps.shards() : shards) {
      token = token.merge(CausalToken.of(shard.name(), position(now.nodes(), shard)));
    }
    token = token.by(TokenMap.name(epoch));
    return token;
  }

  private static WalPosition position(ShardNodes nodes, ShardId shard) throws SQLException {
    Loan loan = nodes.lendPrimary(shard);
    try {
      WalPosition position = WalPosition.of(loan.physical().driver());
      loan.giveBack();
      return position;
    } catch (SQLException e) {
      loan.failed(e);
      loan.discard();
      throw SqlErrors.onShard(shard, e);
    }
  }
}
