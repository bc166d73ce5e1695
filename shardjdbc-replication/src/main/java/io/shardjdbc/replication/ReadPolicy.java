package io.shardjdbc.replication;

/** Which of several replicas that are fresh enough serves a read. */
public enum ReadPolicy {
  /** The freshest; equally fresh ones in turn. */
  LEAST_LAG,
  /** Each in turn. */
  ROUND_ROBIN,
  /** One in the caller's own {@linkplain ReadSettings#zone() zone}, in turn; else any, in turn. */
  ZONE,
  /** The one with the fewest reads under way; ties in turn. */
  LEAST_OUTSTANDING
}
