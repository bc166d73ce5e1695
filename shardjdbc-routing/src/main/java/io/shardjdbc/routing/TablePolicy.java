package io.shardjdbc.routing;

/**
 * What statements on a sharded table may do when they do not pin its shard key.
 *
 * @param scatter whether they may run on every shard; {@link ErrorCode#SCATTER_REFUSED} otherwise
 * @param gather whether rows of the table may be brought to another shard; {@link
 *     ErrorCode#GATHER_REFUSED} otherwise
 * @param tenantGuard whether every occurrence of the table has to be pinned to known keys, whatever
 *     shards the statement would run on and whatever a hint says; {@link
 *     ErrorCode#TENANT_NOT_PINNED} otherwise
 */
public record TablePolicy(boolean scatter, boolean gather, boolean tenantGuard) {

  /** Everything is allowed. */
  public static TablePolicy allowAll() {
    return new TablePolicy(true, true, false);
  }

  /** Everything is allowed, but for scatter where that is refused. */
  public static TablePolicy of(ScatterPolicy scatter) {
    return allowAll().withScatter(scatter == ScatterPolicy.ALLOW);
  }

  /** The same with another word on scatter. */
  public TablePolicy withScatter(boolean allowed) {
    return new TablePolicy(allowed, gather, tenantGuard);
  }

  /** The same with another word on gather. */
  public TablePolicy withGather(boolean allowed) {
    return new TablePolicy(scatter, allowed, tenantGuard);
  }

  /** The same with the tenant guard on or off. */
  public TablePolicy withTenantGuard(boolean on) {
    return new TablePolicy(scatter, gather, on);
  }
}
