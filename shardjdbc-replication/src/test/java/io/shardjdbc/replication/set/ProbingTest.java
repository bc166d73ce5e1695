package io.shardjdbc.replication.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.replication.watch.NodeConnector;
import io.shardjdbc.replication.watch.NodeSpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProbingTest {
  private static final ReadSettings QUICK =
      ReadSettings.builder().probeInterval(Duration.ofMillis(2)).build();

  @Test
  void probingSurvivesEverythingThatConnectorsAndListenersThrow() throws Exception {
    CountDownLatch attempts = new CountDownLatch(12);
    AtomicInteger count = new AtomicInteger();
    NodeConnector broken =
        timeout -> {
          attempts.countDown();
          switch (count.getAndIncrement() % 3) {
            case 0 -> throw new SQLException("refused", "08001");
            case 1 -> throw new IllegalStateException("a bug");
            default -> throw new StackOverflowError();
          }
        };
    try (ProbeScheduler scheduler = ProbeScheduler.start(2);
        ReplicaSet set =
            ReplicaSet.builder("s0")
                .node(NodeSpec.of("n0", broken))
                .node(NodeSpec.of("n1", broken))
                .settings(QUICK)
                .listener(
                    event -> {
                      throw new AssertionError("the listener is broken, too");
                    })
                .scheduler(scheduler)
                .build()) {
      assertThat(attempts.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(set.awaitFirstProbes(Duration.ofSeconds(10))).isTrue();
      assertThat(set.health()).allMatch(node -> node.state() == NodeHealth.State.DOWN);
      assertThat(set.level()).isEqualTo(DegradationLevel.DOWN);
    }
  }

  @Test
  void aNodeThatHangsDelaysNoOtherNodeAndThreadsStayFew() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(50);
    NodeConnector hangs =
        timeout -> {
          try {
            released.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new SQLException("hung", "08001");
        };
    NodeConnector refuses =
        timeout -> {
          others.countDown();
          throw new SQLException("refused", "08001");
        };
    try (ProbeScheduler scheduler = ProbeScheduler.start(2);
        ReplicaSet hanging =
            ReplicaSet.builder("s0")
                .node(NodeSpec.of("n0", hangs))
                .settings(QUICK)
                .scheduler(scheduler)
                .build();
        ReplicaSet other =
            ReplicaSet.builder("s1")
                .node(NodeSpec.of("n0", refuses))
                .node(NodeSpec.of("n1", refuses))
                .settings(
                    ReadSettings.builder()
                        .probeInterval(Duration.ofMillis(2))
                        .idleProbeInterval(Duration.ofMillis(2))
                        .build())
                .scheduler(scheduler)
                .build()) {
      while (others.getCount() > 0) {
        // A request that fails makes its node be probed at once.
        Choice choice = new Choice(new NodeId("n0"), 0, 0, true, false, 0);
        other.started(choice);
        other.failed(choice, ReadIntent.standard(), new SQLException("broken", "08006"));
        Thread.onSpinWait();
      }
      assertThat(probeThreads()).isLessThanOrEqualTo(4);
      assertThat(hanging.health().get(0).state()).isEqualTo(NodeHealth.State.UNKNOWN);
      released.countDown();
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    NodeSpec node = WatchedShard.node("n0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicaSet.builder("s0").build())
        .withMessageContaining("no node");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicaSet.builder("s0").node(node).build())
        .withMessageContaining("scheduler");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicaSet.builder("s0").node(node).node(node))
        .withMessageContaining("n0");
    assertThatIllegalArgumentException().isThrownBy(() -> ReplicaSet.builder("no shard"));
    assertThatIllegalArgumentException().isThrownBy(() -> ProbeScheduler.start(0));
  }

  @Test
  void nothingShowsAnAddressOrAPassword() {
    java.util.Properties properties = new java.util.Properties();
    properties.setProperty("password", "hush");
    NodeSpec node =
        NodeSpec.of("n0", NodeConnector.to("jdbc:postgresql://secret-host/db", properties));
    assertThat(node.toString() + node.connector()).doesNotContain("hush", "secret-host");
  }

  private static long probeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("shardjdbc-probe-"))
        .count();
  }
}
