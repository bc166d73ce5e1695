package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.sql.SQLWarning;

/**
 * A shard whose rows are not in a partial answer.
 *
 * @param reason why it did not answer
 */
public record Missing(ShardId shard, SQLException reason) {

  /** What a caller is told of it who reads on. */
  public SQLWarning warning() {
    String why = String.valueOf(reason.getMessage());
    SQLException gap = SqlErrors.of(reason, ErrorCode.SHARDS_MISSING, shard, why);
    return (SQLWarning) gap;
  }
}
