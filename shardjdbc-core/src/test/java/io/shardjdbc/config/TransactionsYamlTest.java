package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How {@code transactions} is read. */
class TransactionsYamlTest {

  private static TransactionSettings read(String transactions) {
    String text =
        "shards: {s0: {primary: 'jdbc:postgresql://db0/app'}}\ntables: {}\ntransactions: "
            + transactions;
    return ConfigurationYaml.read(text, name -> Optional.empty()).transactions();
  }

  @Test
  void allOfItIsRead() {
    assertThat(
            read(
                "{mode: two-phase, durability: remote-apply, acknowledge: decided, timeout: 3s,"
                    + " recoveryInterval: 4s, orphanAge: 6s, keepDecisions: 2h,"
                    + " isolationOverShards: allow}"))
        .isEqualTo(
            new TransactionSettings(
                TransactionMode.TWO_PHASE,
                true,
                DecisionDurability.REMOTE_APPLY,
                Acknowledgement.DECIDED,
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(6),
                Duration.ofHours(2)));
  }

  @Test
  void whatConcernsAllShardsIsRead() {
    assertThat(
            read(
                "{mode: two-phase, isolationOverShards: snapshot, snapshotReads: true,"
                    + " snapshotTimeout: 3s, deadlockInterval: 100ms}"))
        .isEqualTo(
            TransactionSettings.of(TransactionMode.TWO_PHASE)
                .withIsolationOverShards(IsolationOverShards.SNAPSHOT)
                .withSnapshots(new SnapshotSettings(true, Duration.ofSeconds(3)))
                .withDeadlockInterval(Duration.ofMillis(100)));
    assertThatThrownBy(() -> read("{snapshotTimeout: 0s}"))
        .hasMessageContaining("snapshotTimeout is not more than zero");
  }

  @Test
  void whatIsLeftOutIsAsByDefault() {
    assertThat(read("two-phase"))
        .isEqualTo(read("{mode: two-phase}"))
        .isEqualTo(TransactionSettings.of(TransactionMode.TWO_PHASE));
  }

  @Test
  void wordsThatAreNotKnownAreRefused() {
    assertThatThrownBy(() -> read("{acknowledge: soon}"))
        .hasMessageContaining("line 3: transactions.acknowledge must be decided or told");
    assertThatThrownBy(() -> read("{keepDecisions: 1s}"))
        .hasMessageContaining("keepDecisions is less than four times the timeout");
  }
}
