package io.shardjdbc.saga;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.io.Serial;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that is done on every shard was done on those that answer; some did not.
 *
 * <p>What the others gave is not lost: a list of parked sagas is in {@link #found()}, a number of
 * messages in {@link #done()}.
 */
public final class ShardsAwayException extends SQLTransientConnectionException
    implements CodedError {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<ShardId> shards;
  private final transient List<?> found;
  private final long done;

  /** Of these shards, with what the others gave. */
  public ShardsAwayException(List<ShardId> shards, List<?> found, long done) {
    super(
        ErrorCode.SHARDS_AWAY.message(
            shards.stream().map(ShardId::name).collect(Collectors.joining(", "))),
        ErrorCode.SHARDS_AWAY.sqlState());
    this.shards = List.copyOf(shards);
    this.found = List.copyOf(found);
    this.done = done;
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.SHARDS_AWAY;
  }

  /** The shards that could not be asked. */
  public List<ShardId> shards() {
    return shards;
  }

  /** What the other shards gave, where a list was asked for. */
  public List<?> found() {
    return found;
  }

  /** How much was done on the other shards, where that is counted; else 0. */
  public long done() {
    return done;
  }
}
