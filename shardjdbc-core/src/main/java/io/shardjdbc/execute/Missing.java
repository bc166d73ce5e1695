package io.shardjdbc.execute;

import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;

/**
 * A shard whose rows are not in a partial answer.
 *
 * @param reason why it did not answer
 */
public record Missing(ShardId shard, SQLException reason) {}
