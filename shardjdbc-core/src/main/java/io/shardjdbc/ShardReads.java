package io.shardjdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.Loan;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * What connections of a DataSource ask of their reads when they are handed out, and tokens of what
 * was written, for programs whose connections are opened by a framework. Thread-safe.
 */
public final class ShardReads {

  private final ShardNodes nodes;
  private volatile Supplier<ReadIntent> intents = ReadIntent::standard;

  ShardReads(ShardNodes nodes) {
    this.nodes = nodes;
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
   * A token of all that was committed on these shards so far; one round trip for each.
   *
   * @throws SQLException if one of their primaries does not answer
   */
  public CausalToken tokenOf(Collection<ShardId> shards) throws SQLException {
    CausalToken token = CausalToken.NONE;
    for (ShardId shard : shards) {
      token = token.merge(CausalToken.of(shard.name(), position(shard)));
    }
    return token;
  }

  private WalPosition position(ShardId shard) throws SQLException {
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
