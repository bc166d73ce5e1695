package io.shardjdbc.replication.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.Lsn;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadPolicy;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadSettingsBuilder;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.watch.Choice;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChoosingTest {
  private static final NodeId N0 = new NodeId("n0");
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final ReadIntent STANDARD = ReadIntent.standard();

  @Test
  void readsGoToReplicasInTurn() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    assertThat(nodesOf(shard, STANDARD, 4)).containsExactlyInAnyOrder(N1, N2);
    assertThat(shard.set.chooseRead(ReadIntent.primary(), 1).node()).isEqualTo(N0);
  }

  @Test
  void replicasThatAreNotToBeUsedAreNot() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder().replicas(false));
    assertThat(nodesOf(shard, STANDARD, 4)).containsExactly(N0);
  }

  @Test
  void aReplicaBeyondTheBoundIsNotUsed() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.pass(Duration.ofMillis(900));
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 200);
    shard.replica(2, 1, 100);
    assertThat(nodesOf(shard, STANDARD, 4)).containsExactlyInAnyOrder(N1, N2);
    shard.pass(Duration.ofMillis(110));
    assertThat(nodesOf(shard, STANDARD, 4)).containsExactly(N1);
    assertThat(nodesOf(shard, ReadIntent.bounded(Duration.ofSeconds(5)), 4))
        .containsExactlyInAnyOrder(N1, N2);
    assertThat(nodesOf(shard, ReadIntent.bounded(Duration.ofMillis(1)), 4)).containsExactly(N0);
    shard.pass(Duration.ofSeconds(1));
    assertThat(nodesOf(shard, STANDARD, 4)).containsExactly(N0);
  }

  @Test
  void aWrittenKeyIsReadFromAReplicaOnlyOnceThatHasTheWrite() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.set.written(7);
    assertThat(shard.set.chooseRead(STANDARD, 7).node()).isEqualTo(N0);
    assertThat(shard.set.chooseRead(STANDARD).node()).isEqualTo(N0);
    assertThat(shard.set.chooseRead(STANDARD, 8).isPrimary()).isFalse();

    shard.pass(Duration.ofMillis(1));
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 100);
    shard.replica(2, 1, 200);
    assertThat(nodesOf(shard, STANDARD, 4, 7)).containsExactly(N2);
    assertThat(shard.set.chooseRead(STANDARD).node()).isEqualTo(N2);
  }

  @Test
  void aWriteToUnknownKeysCountsForAllOfThem() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.set.writtenAll();
    assertThat(shard.set.chooseRead(STANDARD, 8).node()).isEqualTo(N0);
  }

  @Test
  void atTheShardLevelAnyWriteCountsForEveryKeyAndWhenOffForNone() throws Exception {
    WatchedShard all = healthy(ReadSettings.builder().readYourWrites(ReadYourWrites.SHARD));
    all.set.written(7);
    assertThat(all.set.chooseRead(STANDARD, 8).node()).isEqualTo(N0);
    WatchedShard none = healthy(ReadSettings.builder().readYourWrites(ReadYourWrites.OFF));
    none.set.written(7);
    assertThat(none.set.chooseRead(STANDARD, 7).isPrimary()).isFalse();
  }

  @Test
  void aWriteIsForgottenAfterItsTime() throws Exception {
    WatchedShard shard =
        healthy(
            ReadSettings.builder()
                .maxLag(Duration.ofSeconds(5))
                .writeMemory(Duration.ofSeconds(5)));
    shard.set.written(7);
    shard.pass(Duration.ofSeconds(5).minusMillis(3));
    assertThat(shard.set.chooseRead(STANDARD, 7).node()).isEqualTo(N0);
    shard.pass(Duration.ofMillis(4));
    assertThat(shard.set.chooseRead(ReadIntent.bounded(Duration.ofMinutes(1)), 7).isPrimary())
        .isFalse();
  }

  @Test
  void aCommitInDoubtKeepsItsKeyOnThePrimary() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.set.inDoubt(7);
    shard.pass(Duration.ofSeconds(20));
    shard.healthy(1, 200);
    assertThat(shard.set.chooseRead(STANDARD, 7).node()).isEqualTo(N0);
    assertThat(shard.set.chooseRead(STANDARD, 8).isPrimary()).isFalse();
  }

  @Test
  void tolerantReadsStayOnReplicasOnlyOnceTheBreakerIsOpen() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    ReadIntent tolerant = ReadIntent.tolerant(Duration.ofSeconds(2));
    shard.pass(Duration.ofSeconds(5));
    behind(shard);
    assertThat(shard.set.chooseRead(tolerant, 1).node()).isEqualTo(N0);
    shard.pass(Duration.ofSeconds(6));
    behind(shard);
    shard.set.written(1);
    Choice choice = shard.set.chooseRead(tolerant, 1);
    assertThat(choice.isPrimary()).isFalse();
    assertThat(choice.isStale()).isTrue();
    assertThat(shard.set.chooseRead(STANDARD, 2).node()).isEqualTo(N0);
  }

  @Test
  void withoutAPrimaryOnlyTolerantReadsAreServedForLong() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.fails(0);
    shard.fails(0);
    assertThat(shard.set.chooseRead(STANDARD, 1).isPrimary()).isFalse();
    shard.pass(Duration.ofSeconds(2));
    assertThatThrownBy(() -> shard.set.chooseRead(STANDARD, 1))
        .isInstanceOf(NodeUnavailableException.class);
    assertThat(shard.set.chooseRead(ReadIntent.tolerant(Duration.ofSeconds(1)), 1).isStale())
        .isTrue();
  }

  @Test
  void analyticsReplicasServeOnlyWhatAsksForThem() throws Exception {
    WatchedShard shard =
        new WatchedShard(
            ReadSettings.defaults(),
            WatchedShard.node("n0"),
            WatchedShard.node("n1"),
            WatchedShard.node("n2").usedFor(NodeUse.ANALYTICS));
    shard.healthy(1, 100);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactly(N1);
    assertThat(nodesOf(shard, ReadIntent.analytics(), 6)).containsExactly(N2);
    shard.fails(2);
    assertThat(nodesOf(shard, ReadIntent.analytics(), 6)).containsExactly(N1);
  }

  @Test
  void theOwnZoneIsPreferred() throws Exception {
    WatchedShard shard =
        new WatchedShard(
            ReadSettings.builder().policy(ReadPolicy.ZONE).zone("b").build(),
            WatchedShard.node("n0").inZone("a"),
            WatchedShard.node("n1").inZone("a"),
            WatchedShard.node("n2").inZone("b"));
    shard.healthy(1, 100);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactly(N2);
    shard.fails(2);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactly(N1);
  }

  @Test
  void theFreshestIsPreferredByLeastLag() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder().policy(ReadPolicy.LEAST_LAG));
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactlyInAnyOrder(N1, N2);
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 100);
    shard.replica(2, 1, 200);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactly(N2);
  }

  @Test
  void theLeastBusyIsPreferredByLeastOutstanding() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder().policy(ReadPolicy.LEAST_OUTSTANDING));
    Choice first = shard.set.chooseRead(STANDARD, 1);
    shard.set.started(first);
    for (int i = 0; i < 6; i++) {
      assertThat(shard.set.chooseRead(STANDARD, 1).node()).isNotEqualTo(first.node());
    }
    shard.set.succeeded(first, STANDARD, 1000);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactlyInAnyOrder(N1, N2);
  }

  @Test
  void aReplicaWhoseConnectionsFailIsOutOfUseUntilItAnswers() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    Choice choice = shard.set.chooseRead(STANDARD, 1);
    shard.set.started(choice);
    shard.set.failed(choice, STANDARD, new SQLException("broken pipe", "08006"));
    Set<NodeId> others = nodesOf(shard, STANDARD, 6);
    assertThat(others).hasSize(1).doesNotContain(choice.node(), N0);
    shard.pass(Duration.ofMillis(1));
    shard.healthy(1, 100);
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactlyInAnyOrder(N1, N2);
  }

  @Test
  void aStatementThatFailsSaysNothingAboutItsNode() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    Choice choice = shard.set.chooseRead(STANDARD, 1);
    shard.set.started(choice);
    shard.set.failed(choice, STANDARD, new SQLException("division by zero", "22012"));
    assertThat(nodesOf(shard, STANDARD, 6)).containsExactlyInAnyOrder(N1, N2);
  }

  @Test
  void aTokenIsServedByAReplicaThatReachedItElseByThePrimary() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder().waitBound(Duration.ZERO));
    assertThat(nodesOf(shard, after(1, 100), 6)).containsExactlyInAnyOrder(N1, N2);
    assertThat(nodesOf(shard, after(1, 101), 6)).containsExactly(N0);
    ReadIntent ofAnotherShard =
        ReadIntent.atLeast(CausalToken.of("s9", new WalPosition(1, new Lsn(999))));
    assertThat(nodesOf(shard, ofAnotherShard, 6)).containsExactlyInAnyOrder(N1, N2);
  }

  @Test
  void aTokenOfALaterTimelineProvesThatThePrimaryIsNotOne() {
    WatchedShard shard = healthy(ReadSettings.builder().waitBound(Duration.ZERO));
    assertThatThrownBy(() -> shard.set.chooseRead(after(2, 50), 1))
        .isInstanceOfSatisfying(
            NodeUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.PRIMARY_SUPERSEDED));
  }

  @Test
  void aSessionStaysWhereItReadUntilOthersHaveWhatItMayHaveSeen() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    ReadIntent intent = STANDARD.within(ReadSession.start());
    Choice first = shard.set.chooseRead(intent, 1);
    shard.set.started(first);
    shard.set.succeeded(first, intent, 1000);
    for (int i = 0; i < 6; i++) {
      assertThat(shard.set.chooseRead(intent, 1).node()).isEqualTo(first.node());
    }
    shard.fails(first.node().equals(N1) ? 1 : 2);
    assertThat(shard.set.chooseRead(intent, 1).node()).isEqualTo(N0);
  }

  @Test
  void aSessionsWritesAreInDoubtAfterAFailoverThatIsNotProvedToHaveKeptThem() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    ReadSession session = ReadSession.start();
    shard.set.chooseWrite(session);
    shard.set.written(session);
    shard.pass(Duration.ofMillis(1));
    shard.primary(1, 2, 108);
    assertThatThrownBy(() -> shard.set.chooseWrite(session))
        .isInstanceOfSatisfying(
            NodeUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.SESSION_WRITES_IN_DOUBT));
    session.acceptLostWrites();
    assertThat(shard.set.chooseWrite(session).node()).isEqualTo(N1);
  }

  @Test
  void aHedgedReadGoesToAnotherReplicaThatIsFreshEnough() throws Exception {
    WatchedShard shard =
        new WatchedShard(
            ReadSettings.defaults(),
            new HedgeSettings(0.5, Duration.ofNanos(1), 10, 0.1),
            WatchedShard.node("n0"),
            WatchedShard.node("n1"),
            WatchedShard.node("n2"));
    shard.healthy(1, 100);
    assertThat(shard.set.hedgeDelay()).isEmpty();
    for (int i = 0; i < 10; i++) {
      Choice choice = shard.set.chooseRead(STANDARD, 1);
      shard.set.started(choice);
      shard.set.succeeded(choice, STANDARD, 1_000_000);
    }
    assertThat(shard.set.hedgeDelay().orElseThrow())
        .isBetween(Duration.ofMillis(1), Duration.ofNanos(1_250_000));
    Choice first = shard.set.chooseRead(STANDARD, 1);
    Choice second = shard.set.hedge(first, STANDARD, 1).orElseThrow();
    assertThat(second.node()).isNotIn(first.node(), N0);
    shard.set.written(1);
    assertThat(shard.set.hedge(first, STANDARD, 1)).isEmpty();
  }

  @Test
  void noMoreThanTheirShareOfReadsIsHedgedHoweverSlowAllAre() throws Exception {
    WatchedShard shard =
        new WatchedShard(
            ReadSettings.defaults(),
            new HedgeSettings(0.5, Duration.ofNanos(1), 10, 0.1),
            WatchedShard.node("n0"),
            WatchedShard.node("n1"),
            WatchedShard.node("n2"));
    shard.healthy(1, 100);
    int hedged = 0;
    for (int i = 0; i < 1000; i++) {
      Choice choice = shard.set.chooseRead(STANDARD, 1);
      shard.set.started(choice);
      hedged += shard.set.hedge(choice, STANDARD, 1).isPresent() ? 1 : 0;
      shard.set.succeeded(choice, STANDARD, 1_000_000);
    }
    assertThat(hedged).isBetween(100, 110);
  }

  @Test
  void aDurabilityWithoutItsStandbyIsRefused() throws Exception {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.set.checkDurability(Durability.ASYNC);
    shard.set.checkDurability(Durability.LOCAL);
    assertThatThrownBy(() -> shard.set.checkDurability(Durability.SYNC))
        .isInstanceOfSatisfying(
            NodeUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NO_SYNCHRONOUS_STANDBY));
    assertThat(Durability.SYNC.setLocal())
        .isEqualTo("SET LOCAL synchronous_commit TO remote_apply");
  }

  @Test
  void aClosedSetRefusesEverything() {
    WatchedShard shard = healthy(ReadSettings.builder());
    shard.set.close();
    assertThatThrownBy(shard.set::chooseWrite).isInstanceOf(NodeUnavailableException.class);
    assertThatThrownBy(() -> shard.set.chooseRead(STANDARD))
        .isInstanceOf(NodeUnavailableException.class);
  }

  private static ReadIntent after(int timeline, long position) {
    return ReadIntent.atLeast(CausalToken.of("s0", new WalPosition(timeline, new Lsn(position))));
  }

  private static void behind(WatchedShard shard) {
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 100);
    shard.replica(2, 1, 100);
  }

  private static WatchedShard healthy(ReadSettingsBuilder settings) {
    WatchedShard shard = WatchedShard.ofThree(settings.build());
    shard.healthy(1, 100);
    return shard;
  }

  private static Set<NodeId> nodesOf(WatchedShard shard, ReadIntent intent, int reads)
      throws SQLException {
    return nodesOf(shard, intent, reads, 1);
  }

  private static Set<NodeId> nodesOf(WatchedShard shard, ReadIntent intent, int reads, long key)
      throws SQLException {
    Set<NodeId> nodes = new HashSet<>();
    for (int i = 0; i < reads; i++) {
      nodes.add(shard.set.chooseRead(intent, key).node());
    }
    return nodes;
  }
}
