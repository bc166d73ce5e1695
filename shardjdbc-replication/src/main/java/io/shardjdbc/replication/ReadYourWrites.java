package io.shardjdbc.replication;

/** How widely an acknowledged write keeps reads from replicas that do not have it yet. */
public enum ReadYourWrites {
  /** Reads of the written shard key, and reads of the whole shard. */
  KEY,
  /** Every read of the shard. */
  SHARD,
  /** No read: only {@link ReadSettings#maxLag()} bounds what a read may miss. */
  OFF
}
