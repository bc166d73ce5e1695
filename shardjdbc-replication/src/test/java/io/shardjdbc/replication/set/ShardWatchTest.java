package io.shardjdbc.replication.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.BreakerChanged;
import io.shardjdbc.replication.ReplicationEvent.LevelChanged;
import io.shardjdbc.replication.ReplicationEvent.NodeFenced;
import io.shardjdbc.replication.ReplicationEvent.NodeRefused;
import io.shardjdbc.replication.ReplicationEvent.PrimaryChanged;
import io.shardjdbc.replication.ReplicationEvent.SplitBrain;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.watch.Choice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardWatchTest {
  private static final Duration TICK = Duration.ofMillis(50);

  private final WatchedShard shard = WatchedShard.ofThree(ReadSettings.defaults());

  @Test
  void untilTheFirstAnswerTheFirstNodeIsThePrimaryAndCoversNothing() throws Exception {
    Choice choice = shard.set.chooseRead(ReadIntent.standard(), 1);
    assertThat(choice.node()).isEqualTo(new NodeId("n0"));
    assertThat(choice.covers(shard.now() - 1_000_000)).isFalse();
    assertThat(shard.set.chooseWrite().node()).isEqualTo(new NodeId("n0"));
  }

  @Test
  void aChoiceCoversConnectionsThatWereOpenWhenTheNodeWasAskedLast() throws Exception {
    long before = shard.now() - 1;
    shard.healthy(1, 100);
    long after = shard.now();
    assertThat(shard.set.chooseWrite().covers(before)).isTrue();
    assertThat(shard.set.chooseWrite().covers(after)).isFalse();
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).covers(before)).isTrue();
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).covers(after)).isFalse();
  }

  @Test
  void aPromotedReplicaIsThePrimaryAtItsFirstAnswer() throws Exception {
    shard.healthy(1, 100);
    shard.primary(1, 2, 108);
    assertThat(shard.set.chooseWrite().node()).isEqualTo(new NodeId("n1"));
    assertThat(shard.events(PrimaryChanged.class))
        .last()
        .satisfies(
            event -> {
              assertThat(event.from()).contains(new NodeId("n0"));
              assertThat(event.to()).contains(new NodeId("n1"));
              assertThat(event.timeline()).isEqualTo(2);
              assertThat(event.exposure()).isPresent();
            });
  }

  @Test
  void twoPrimariesAreASplitBrainAndOnlyTheHigherTimelineIsWrittenTo() throws Exception {
    shard.healthy(1, 100);
    shard.primary(1, 2, 108);
    shard.primary(0, 1, 116);
    assertThat(shard.set.chooseWrite().node()).isEqualTo(new NodeId("n1"));
    assertThat(shard.events(SplitBrain.class))
        .containsExactly(
            new SplitBrain("s0", Optional.of(new NodeId("n1")), List.of(new NodeId("n0"))));
    assertThat(shard.events(NodeFenced.class))
        .containsExactly(new NodeFenced("s0", new NodeId("n0"), 1));
    assertThat(shard.set.health().get(0).state()).isEqualTo(NodeHealth.State.FENCED);
  }

  @Test
  void aFormerPrimaryIsNeverWrittenToEvenWhenItIsTheOnlyOneLeft() {
    shard.healthy(1, 100);
    shard.primary(1, 2, 108);
    shard.fails(0);
    shard.fails(1);
    shard.fails(1);
    shard.primary(0, 1, 116);
    assertThatThrownBy(shard.set::chooseWrite)
        .isInstanceOfSatisfying(
            NodeUnavailableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.NO_PRIMARY);
              assertThat(e.getSQLState()).isEqualTo("25006");
            });
  }

  @Test
  void aFormerPrimaryThatCameBackAsAReplicaServesReadsOnceItFollows() throws Exception {
    shard.healthy(1, 100);
    shard.primary(1, 2, 200);
    shard.fails(0);
    shard.replica(0, 1, 300);
    assertThat(shard.events(NodeRefused.class))
        .contains(new NodeRefused("s0", new NodeId("n0"), NodeRefused.Cause.OTHER_TIMELINE));
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).isPrimary()).isTrue();

    shard.replica(0, 2, 200);
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).node()).isEqualTo(new NodeId("n0"));
  }

  @Test
  void aReplicaOfAnotherShardIsRefused() throws Exception {
    shard.primary(0, 1, 100);
    shard.answer(1, 43, 9, true, 1, 100);
    shard.replica(2, 1, 100);
    assertThat(shard.events(NodeRefused.class))
        .containsExactly(new NodeRefused("s0", new NodeId("n1"), NodeRefused.Cause.OTHER_SYSTEM));
    for (int i = 0; i < 10; i++) {
      assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).node()).isEqualTo(new NodeId("n2"));
    }
  }

  @Test
  void thePrimaryOfAnotherShardIsNotFollowed() throws Exception {
    shard.healthy(1, 100);
    shard.fails(0);
    shard.fails(0);
    shard.answer(1, 43, 9, false, 7, 100);
    assertThatThrownBy(shard.set::chooseWrite).isInstanceOf(NodeUnavailableException.class);
  }

  @Test
  void aReplicaThatIsAheadOfItsPrimaryIsRefusedUntilItsServerMayBeAnother() {
    shard.healthy(1, 100);
    shard.replica(1, 1, 200);
    shard.primary(0, 1, 150);
    assertThat(shard.events(NodeRefused.class))
        .containsExactly(
            new NodeRefused("s0", new NodeId("n1"), NodeRefused.Cause.AHEAD_OF_PRIMARY));
    shard.primary(0, 1, 300);
    shard.replica(1, 1, 300);
    assertThat(shard.set.health().get(1).state()).isEqualTo(NodeHealth.State.REFUSED);
    shard.fails(1);
    shard.replica(1, 1, 300);
    assertThat(shard.set.health().get(1).state()).isEqualTo(NodeHealth.State.REPLICA);
  }

  @Test
  void replicasOfATimelineThatTwoPrimariesShareAreRefused() {
    shard.healthy(1, 100);
    shard.answer(1, WatchedShard.SYSTEM, 77, false, 1, 100);
    shard.primary(0, 1, 100);
    shard.replica(2, 1, 100);
    assertThat(shard.events(SplitBrain.class)).isNotEmpty();
    assertThat(shard.set.health().get(2).state()).isEqualTo(NodeHealth.State.REFUSED);
  }

  @Test
  void whatAReplicaHadProvedEndsWithItsConnection() throws Exception {
    shard.healthy(1, 100);
    shard.fails(1);
    shard.fails(2);
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).isPrimary()).isTrue();
    shard.replica(1, 1, 50);
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).isPrimary()).isTrue();
    shard.replica(1, 1, 100);
    assertThat(shard.set.chooseRead(ReadIntent.standard(), 1).node()).isEqualTo(new NodeId("n1"));
  }

  @Test
  void theLevelFallsAtOnceAndRisesOneStepAtATime() {
    shard.healthy(1, 100);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.HEALTHY);
    for (int node : new int[] {0, 0, 1, 2}) {
      shard.fails(node);
    }
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.DOWN);
    shard.events.clear();
    for (int round = 0; round < 8; round++) {
      shard.pass(TICK);
      shard.healthy(1, 100);
    }
    assertThat(shard.events(LevelChanged.class))
        .extracting(LevelChanged::to)
        .containsExactly(
            DegradationLevel.READ_ONLY,
            DegradationLevel.REPLICAS_UNFIT,
            DegradationLevel.REPLICA_DOWN,
            DegradationLevel.ELEVATED_LAG,
            DegradationLevel.HEALTHY);
  }

  @Test
  void everyLevelIsReached() {
    shard.healthy(1, 100);
    shard.pass(Duration.ofSeconds(2));
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 100);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.ELEVATED_LAG);
    shard.fails(1);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.REPLICA_DOWN);
    shard.fails(2);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.REPLICAS_UNFIT);
    shard.replica(2, 1, 100);
    shard.fails(0);
    shard.fails(0);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.READ_ONLY);
    shard.fails(2);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.DOWN);
  }

  @Test
  void anIdleShardIsNotBehind() {
    for (int round = 0; round < 5; round++) {
      shard.pass(Duration.ofSeconds(5));
      shard.healthy(1, 100);
    }
    assertThat(shard.events(LevelChanged.class)).isEmpty();
  }

  @Test
  void theBreakerOpensAtTheSecondThresholdAndClosesAtTheFirst() {
    shard.healthy(1, 100);
    behindBy(Duration.ofSeconds(5));
    assertThat(shard.events(BreakerChanged.class)).isEmpty();
    behindBy(Duration.ofSeconds(6));
    assertThat(shard.events(BreakerChanged.class)).containsExactly(new BreakerChanged("s0", true));
    shard.pass(Duration.ofSeconds(5));
    shard.primary(0, 1, 300);
    shard.replica(1, 1, 200);
    assertThat(shard.events(BreakerChanged.class)).hasSize(1);
    shard.replica(1, 1, 300);
    assertThat(shard.events(BreakerChanged.class))
        .last()
        .isEqualTo(new BreakerChanged("s0", false));
  }

  @Test
  void aReplicaOfWhichNothingIsProvedYetIsNotCalledFarBehind() {
    shard.primary(0, 1, 100);
    shard.replica(1, 1, 50);
    shard.replica(2, 1, 50);
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.HEALTHY);
    assertThat(shard.events).isEmpty();
    behindBy(Duration.ofSeconds(11));
    assertThat(shard.set.level()).isEqualTo(DegradationLevel.ELEVATED_LAG);
    assertThat(shard.events(BreakerChanged.class)).containsExactly(new BreakerChanged("s0", true));
  }

  private void behindBy(Duration more) {
    shard.pass(more);
    shard.primary(0, 1, 200);
    shard.replica(1, 1, 100);
    shard.replica(2, 1, 100);
  }
}
