package io.shardjdbc.examples.transfer;

/** How money is moved. */
enum Way {
  /** Between two accounts of one shard, in a local transaction. */
  ONE_SHARD,
  /** In one transaction over two shards. */
  TWO_PHASE,
  /** In two steps, each on its own shard. */
  SAGA
}
