package io.shardjdbc.saga.outbox;

import io.shardjdbc.routing.ShardId;
import java.time.Instant;
import java.util.UUID;

/**
 * A message whose delivery goes on failing.
 *
 * @param shard where it lies
 * @param added by the clock of that shard's server
 * @param attempts how often its delivery has failed
 * @param reason the class of what was thrown last
 */
public record FailingMessage(
    UUID id, String topic, ShardId shard, Instant added, int attempts, String reason) {}
