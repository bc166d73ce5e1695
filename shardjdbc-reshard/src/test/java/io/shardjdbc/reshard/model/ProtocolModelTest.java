package io.shardjdbc.reshard.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.model.Client.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol of a move holds its promises, and each of its parts is needed for one of them. */
class ProtocolModelTest {
  private static final String LOST = "a write is lost on the target";
  private static final String OLD = "a read is too old";
  private static final String MISSED = "a read misses the row";
  private static final String NEVER = "a read over both shards sees the row 0 times";
  private static final String TWICE = "a read over both shards sees the row 2 times";

  @ParameterizedTest
  @MethodSource("ways")
  void noWriteIsLostAndNoReadIsOldOrDoubleWhateverIsLateOrCrashes(Strategy strategy, Role other) {
    Search search = new Search(Rules.all(strategy), Role.WRITES, other).run();

    assertThat(search.fault()).as(search::story).isEmpty();
    assertThat(search.states()).isGreaterThan(10_000);
  }

  static Stream<Arguments> ways() {
    return Stream.of(Strategy.values())
        .flatMap(way -> Stream.of(Role.values()).map(role -> Arguments.of(way, role)));
  }

  @ParameterizedTest
  @MethodSource("harms")
  void withoutOneOfItsPartsSomethingGoesWrong(Part part, Role other, String harm) {
    Search search = new Search(Rules.without(part), Role.WRITES, other).run();

    assertThat(search.fault()).isEqualTo(harm);
  }

  @ParameterizedTest
  @EnumSource(
      value = Part.class,
      names = {"GUARD", "LOCK_OF_WRITERS", "WAIT_FOR_TARGET", "APPLY_COMPARES"})
  void withoutWhatKeepsAMoverFromBringingLessSomethingGoesWrong(Part part) {
    Rules rules = Rules.without(Strategy.DOUBLE_WRITE, part);

    assertThat(new Search(rules, Role.WRITES, Role.WRITES).run().fault()).isEqualTo(LOST);
  }

  @ParameterizedTest
  @MethodSource("harmsOfComing")
  void withoutOneOfThePartsBehindTheFlipSomethingGoesWrong(Part part, Role other, String harm) {
    Rules rules = Rules.without(Strategy.READ_THROUGH, part);

    assertThat(new Search(rules, Role.WRITES, other).run().fault()).isEqualTo(harm);
  }

  static Stream<Arguments> harmsOfComing() {
    return Stream.of(
        Arguments.of(Part.GUARD, Role.WRITES, LOST),
        Arguments.of(Part.LOCK_OF_WRITERS, Role.WRITES, LOST),
        Arguments.of(Part.ACKNOWLEDGED_READS, Role.READS, OLD),
        Arguments.of(Part.BROUGHT_FIRST, Role.READS, MISSED),
        Arguments.of(Part.BROUGHT_FIRST, Role.WRITES, "a write misses the row"),
        Arguments.of(Part.COMES_ONCE, Role.WRITES, LOST),
        Arguments.of(Part.ASKED_ONCE, Role.READS_BOTH, TWICE),
        Arguments.of(Part.BARRIER_OF_ARRIVAL, Role.READS_BOTH, NEVER));
  }

  static Stream<Arguments> harms() {
    return Stream.of(
        Arguments.of(Part.GUARD, Role.WRITES, LOST),
        Arguments.of(Part.GUARD_BEYOND_SNAPSHOT, Role.WRITES, LOST),
        Arguments.of(Part.LOCK_OF_WRITERS, Role.WRITES, LOST),
        Arguments.of(Part.BARRIER_BEFORE_COPY, Role.READS_BOTH, TWICE),
        Arguments.of(Part.BARRIER_BEFORE_DELETION, Role.READS, MISSED),
        Arguments.of(Part.BARRIER_COUNTS_WORK, Role.READS, MISSED),
        Arguments.of(Part.WAIT_FOR_TARGET, Role.WRITES, LOST),
        Arguments.of(Part.FLUSH_OF_TARGET, Role.WRITES, LOST),
        Arguments.of(Part.ONE_SESSION_ON_TARGET, Role.WRITES, LOST),
        Arguments.of(Part.ACKNOWLEDGED_READS, Role.READS, OLD),
        Arguments.of(Part.FLIP_COMPARES, Role.READS, OLD),
        Arguments.of(Part.LOCK_BEFORE_EPOCH, Role.READS, MISSED),
        Arguments.of(Part.HIDDEN_ON_TARGET, Role.READS_BOTH, TWICE),
        Arguments.of(Part.HIDDEN_ON_SOURCE, Role.READS_BOTH, TWICE),
        Arguments.of(Part.FRESHNESS_WITH_EPOCH, Role.READS_REPLICA, OLD));
  }

  @Test
  void eachPartIsTakenOutOnce() {
    Set<Part> missing = EnumSet.allOf(Part.class);
    harms().forEach(harm -> missing.remove((Part) harm.get()[0]));
    harmsOfComing().forEach(harm -> missing.remove((Part) harm.get()[0]));
    missing.remove(Part.APPLY_COMPARES); // of a mover that brings rows by itself

    assertThat(missing).isEmpty();
  }

  @Test
  void aFaultIsToldAsTheStoryThatLeadsToIt() {
    Search search = new Search(Rules.without(Part.GUARD), Role.WRITES, Role.WRITES).run();

    assertThat(search.story()).contains("closing", "gone").endsWith(search.fault());
  }
}
