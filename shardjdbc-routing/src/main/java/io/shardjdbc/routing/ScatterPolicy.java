package io.shardjdbc.routing;

/** Whether statements that do not pin a table's shard key may run on every shard. */
public enum ScatterPolicy {
  /** They may. */
  ALLOW,
  /** They are refused with {@link ErrorCode#SCATTER_REFUSED}. */
  REFUSE
}
