package io.shardjdbc.tests.replication;

import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Breaks a shard in one way after the other, and mends it each time. */
final class Faults {

  /** The ways. */
  enum Fault {
    PAUSE_REPLAY,
    DELAY_REPLAY,
    FREEZE_REPLICA,
    KILL_REPLICA,
    KILL_DELAYED_REPLICA,
    STALL_REPLICA_NETWORK,
    RESET_REPLICA_NETWORK,
    SLOW_REPLICA_NETWORK,
    FREEZE_PRIMARY,
    RESTART_PRIMARY,
    FAILOVER_AFTER_KILL,
    FAILOVER_AFTER_FREEZE
  }

  private final Nodes nodes;
  private final ClusterShard shard;
  private final Random random;

  Faults(Nodes nodes, long seed) {
    this.nodes = nodes;
    this.shard = nodes.shard();
    this.random = new Random(seed);
  }

  /** Every fault so many times, in any order. */
  List<Fault> plan(int times) {
    List<Fault> plan = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      plan.addAll(List.of(Fault.values()));
    }
    Collections.shuffle(plan, random);
    return plan;
  }

  void cause(Fault fault) throws SQLException {
    ClusterNode replica = shard.replicas().get(random.nextInt(shard.replicas().size()));
    switch (fault) {
      case PAUSE_REPLAY -> {
        replica.pauseReplay();
        hold(400);
        replica.resumeReplay();
      }
      case DELAY_REPLAY -> {
        replica.delayReplay(Duration.ofMillis(700));
        hold(900);
        replica.delayReplay(Duration.ZERO);
      }
      case FREEZE_REPLICA -> {
        replica.freeze();
        hold(700);
        replica.thaw();
      }
      case KILL_REPLICA -> {
        replica.kill();
        hold(200);
        replica.start();
      }
      case KILL_DELAYED_REPLICA -> {
        // It comes back with an older state than it had shown.
        replica.delayReplay(Duration.ofMillis(1500));
        replica.kill();
        replica.start();
        hold(500);
        replica.delayReplay(Duration.ZERO);
      }
      case STALL_REPLICA_NETWORK -> {
        nodes.proxy(replica).stall();
        hold(600);
        nodes.proxy(replica).pass();
      }
      case RESET_REPLICA_NETWORK -> {
        nodes.proxy(replica).reset();
        hold(200);
        nodes.proxy(replica).pass();
      }
      case SLOW_REPLICA_NETWORK -> {
        nodes.proxy(replica).delay(Duration.ofMillis(60));
        hold(500);
        nodes.proxy(replica).pass();
      }
      case FREEZE_PRIMARY -> {
        shard.primary().freeze();
        hold(500);
        shard.primary().thaw();
      }
      case RESTART_PRIMARY -> {
        shard.primary().kill();
        shard.primary().start();
      }
      case FAILOVER_AFTER_KILL -> failover(false);
      case FAILOVER_AFTER_FREEZE -> failover(true);
    }
    hold(100);
  }

  private void failover(boolean freeze) throws SQLException {
    ClusterNode old = shard.primary();
    ClusterNode heir = shard.replicas().get(random.nextInt(shard.replicas().size()));
    if (freeze) {
      old.freeze();
    } else {
      old.kill();
    }
    nodes.promotionBegins();
    heir.promote();
    for (ClusterNode node : shard.replicas()) {
      if (node != old) {
        node.follow(heir);
      }
    }
    hold(300);
    if (freeze) {
      // It wakes as a primary that has missed everything.
      old.thaw();
      hold(300);
    }
    old.rebuildFrom(heir);
    for (ClusterNode node : shard.replicas()) {
      if (!follows(node, heir)) {
        // It was ahead of the heir: its history is another one.
        node.rebuildFrom(heir);
      }
    }
  }

  private static boolean follows(ClusterNode node, ClusterNode primary) throws SQLException {
    Deadline deadline = Deadline.in(Duration.ofSeconds(2));
    String position = ask(primary, "SELECT pg_current_wal_flush_lsn()");
    try {
      deadline.await(
          "the node follows",
          () -> ask(node, "SELECT pg_last_wal_replay_lsn() >= '" + position + "'").equals("t"));
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static String ask(ClusterNode node, String query) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Leaves things as they are for a while: the fault itself, nothing is waited for. */
  static void hold(long millis) {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
