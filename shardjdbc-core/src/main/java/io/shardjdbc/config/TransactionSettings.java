package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.time.Duration;

/**
 * What a transaction may do on a second shard, and how commits over several shards work.
 *
 * <p>Everything but the mode and the isolation concerns two-phase transactions alone.
 *
 * @param mode unless a connection or a transaction says otherwise
 * @param isolationOverShards what REPEATABLE READ and SERIALIZABLE transactions may do on a second
 *     shard
 * @param durability what a prepare and a decision wait for
 * @param acknowledgement when a commit returns
 * @param commitTimeout how long one server may take to answer during a commit
 * @param recoveryInterval how often recovery looks for what others have left
 * @param orphanAge how old something prepared has to be before recovery asks who coordinates it
 * @param keepDecisions how long decisions are kept after they were made; longer than any replica
 *     that may be promoted lags behind
 * @param snapshots reads that see all their shards of one moment
 * @param deadlockInterval how often deadlocks over shards are looked for; zero for never
 */
public record TransactionSettings(
    TransactionMode mode,
    IsolationOverShards isolationOverShards,
    DecisionDurability durability,
    Acknowledgement acknowledgement,
    Duration commitTimeout,
    Duration recoveryInterval,
    Duration orphanAge,
    Duration keepDecisions,
    SnapshotSettings snapshots,
    Duration deadlockInterval) {

  private static final TransactionSettings DEFAULTS =
      new TransactionSettings(
          TransactionMode.SINGLE_SHARD,
          IsolationOverShards.REFUSE,
          DecisionDurability.ON,
          Acknowledgement.TOLD,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          SnapshotSettings.defaults(),
          Duration.ofMillis(500));

  public TransactionSettings {
    positive(commitTimeout, "timeout");
    positive(recoveryInterval, "recoveryInterval");
    if (deadlockInterval.isNegative()) {
      throw fault("deadlockInterval is negative");
    }
    if (orphanAge.isNegative()) {
      throw fault("orphanAge is negative");
    }
    if (keepDecisions.compareTo(commitTimeout.multipliedBy(4)) < 0) {
      throw fault("keepDecisions is less than four times the timeout");
    }
  }

  /**
   * With the usual limits of what is over all shards.
   *
   * @param isolationOverShards whether each shard may show a snapshot of its own
   */
  public TransactionSettings(
      TransactionMode mode,
      boolean isolationOverShards,
      DecisionDurability durability,
      Acknowledgement acknowledgement,
      Duration commitTimeout,
      Duration recoveryInterval,
      Duration orphanAge,
      Duration keepDecisions) {
    this(
        mode,
        isolationOverShards ? IsolationOverShards.ALLOW : IsolationOverShards.REFUSE,
        durability,
        acknowledgement,
        commitTimeout,
        recoveryInterval,
        orphanAge,
        keepDecisions,
        SnapshotSettings.defaults(),
        DEFAULTS.deadlockInterval());
  }

  /**
   * A single shard; answers within 30 s, recovery every 10 s of what is older than 5 s, decisions
   * kept for an hour.
   */
  public static TransactionSettings defaults() {
    return DEFAULTS;
  }

  /** The defaults in another mode. */
  public static TransactionSettings of(TransactionMode mode) {
    return DEFAULTS.withMode(mode);
  }

  /** The same in another mode. */
  public TransactionSettings withMode(TransactionMode other) {
    return with(other, isolationOverShards, acknowledgement, snapshots, deadlockInterval);
  }

  /** The same with another rule for levels above READ COMMITTED. */
  public TransactionSettings withIsolationOverShards(IsolationOverShards other) {
    return with(mode, other, acknowledgement, snapshots, deadlockInterval);
  }

  /** The same with other rules for reads of one moment. */
  public TransactionSettings withSnapshots(SnapshotSettings other) {
    return with(mode, isolationOverShards, acknowledgement, other, deadlockInterval);
  }

  /** The same with commits that return at another moment. */
  public TransactionSettings withAcknowledgement(Acknowledgement other) {
    return with(mode, isolationOverShards, other, snapshots, deadlockInterval);
  }

  /** The same with another interval between looks for deadlocks over shards; zero for none. */
  public TransactionSettings withDeadlockInterval(Duration other) {
    return with(mode, isolationOverShards, acknowledgement, snapshots, other);
  }

  private TransactionSettings with(
      TransactionMode mode,
      IsolationOverShards isolation,
      Acknowledgement acknowledgement,
      SnapshotSettings snapshots,
      Duration deadlocks) {
    return new TransactionSettings(
        mode,
        isolation,
        durability,
        acknowledgement,
        commitTimeout,
        recoveryInterval,
        orphanAge,
        keepDecisions,
        snapshots,
        deadlocks);
  }

  private static void positive(Duration length, String name) {
    if (length.isNegative() || length.isZero()) {
      throw fault(name + " is not more than zero");
    }
  }

  private static RoutingException fault(String reason) {
    return new RoutingException(ErrorCode.BAD_CONFIGURATION, "transactions: " + reason);
  }
}
