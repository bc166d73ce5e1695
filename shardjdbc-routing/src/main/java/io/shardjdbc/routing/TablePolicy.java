package io.shardjdbc.routing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What statements on a sharded table may do when they do not pin its shard key.
 *
 * @param scatter whether they may run on every shard; {@link ErrorCode#SCATTER_REFUSED} otherwise
 * @param gather whether rows of the table may be brought to another shard; {@link
 *     ErrorCode#GATHER_REFUSED} otherwise
 * @param tenantGuard whether every occurrence of the table has to be pinned to known keys, whatever
 *     shards the statement would run on and whatever a hint says; {@link
 *     ErrorCode#TENANT_NOT_PINNED} otherwise
 * @param moveRows whether an UPDATE that gives rows another shard key moves them to the shards that
 *     own it, in two-phase mode; {@link ErrorCode#KEY_UPDATE} otherwise
 */
public record TablePolicy(boolean scatter, boolean gather, boolean tenantGuard, boolean moveRows) {

  /** A policy by which rows do not move. */
  public TablePolicy(boolean scatter, boolean gather, boolean tenantGuard) {
    this(scatter, gather, tenantGuard, false);
  }

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
    return new TablePolicy(allowed, gather, tenantGuard, moveRows);
  }

  /** The same with another word on gather. */
  public TablePolicy withGather(boolean allowed) {
    return new TablePolicy(scatter, allowed, tenantGuard, moveRows);
  }

  /** The same with the tenant guard on or off. */
  public TablePolicy withTenantGuard(boolean on) {
    return new TablePolicy(scatter, gather, on, moveRows);
  }

  /** The same with moves of rows allowed or not. */
  public TablePolicy withMoveRows(boolean allowed) {
    return new TablePolicy(scatter, gather, tenantGuard, allowed);
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof TablePolicy that
        && scatter == that.scatter
        && gather == that.gather
        && tenantGuard == that.tenantGuard
        && moveRows == that.moveRows;
  }

  @Override
  public int hashCode() {
    return Objects.hash(scatter, gather, tenantGuard, moveRows);
  }
}
