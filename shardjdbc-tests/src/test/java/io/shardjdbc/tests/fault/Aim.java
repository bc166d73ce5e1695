package io.shardjdbc.tests.fault;

import io.shardjdbc.fence.Fence;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** At what a program aims: at everything, or at what one fence keeps out. */
@SuppressWarnings("ImmutableEnumChecker") // a list that nobody changes
enum Aim {
  ANYTHING(List.of(Operation.values())),
  LOST_ANSWERS(List.of(Operation.INSERT, Operation.BATCH)),
  TURNS(List.of(Operation.TRANSACTION, Operation.TRANSACTION_OVER_SHARDS, Operation.ROLLED_BACK)),
  BROKEN_EXCHANGES(List.of(Operation.INSERT, Operation.COPY_OUT, Operation.INSERT)),
  COPY_ORDER(List.of(Operation.RATE_ALL, Operation.RATE_INSERT)),
  DECISION_STORE(List.of(Operation.TRANSACTION_OVER_SHARDS)),
  HORIZON(List.of(Operation.INSERT)),
  TOMBSTONES(List.of(Operation.TRANSACTION_OVER_SHARDS)),
  UNTOLD(List.of(Operation.TRANSACTION_OVER_SHARDS)),
  STEPS(List.of(Operation.SAGA)),
  SETTLED(List.of(Operation.SAGA)),
  OUTBOX_ORDER(List.of(Operation.OUTBOX));

  private final List<Operation> operations;

  Aim(List<Operation> operations) {
    this.operations = operations;
  }

  /** Whether programs can be aimed at what a fence keeps out; for others there are other tests. */
  static boolean isAt(Fence fence) {
    return Stream.of(values()).anyMatch(aim -> aim.name().equals(fence.name()));
  }

  static Aim at(Fence fence) {
    return valueOf(fence.name());
  }

  Operation operation(Random random) {
    return operations.get(random.nextInt(operations.size()));
  }

  /** What a session does, one after the other. */
  List<Operation> operationsOfSession(Random random) {
    if (this == BROKEN_EXCHANGES) {
      return operations; // the second one breaks off, the third one gets its connection
    }
    return Stream.generate(() -> operation(random))
        .limit(1 + random.nextInt(mostOperations()))
        .toList();
  }

  /** How many programs may miss it at most; each of some leaves a session that hangs. */
  int most(int usual) {
    return this == BROKEN_EXCHANGES ? 1 : usual;
  }

  /** How many sessions there are at least. */
  int fewestSessions() {
    return this == COPY_ORDER || this == OUTBOX_ORDER ? 3 : 1;
  }

  /** How many sessions there may be beside the first ones. */
  int sessions() {
    return switch (this) {
      case COPY_ORDER, OUTBOX_ORDER -> 5;
      case DECISION_STORE, TOMBSTONES, STEPS, SETTLED, BROKEN_EXCHANGES -> 1;
      default -> 3;
    };
  }

  boolean meddles(Random random) {
    return this == TURNS || (this == ANYTHING && random.nextInt(4) == 0);
  }

  /** What a caller does of its own. */
  Whim whim(Operation operation, Random random) {
    if (this == BROKEN_EXCHANGES) {
      return operation == Operation.COPY_OUT ? Whim.thatThrows() : Whim.none();
    }
    return this == ANYTHING && random.nextInt(4) == 0 ? Whim.draw(random) : Whim.none();
  }

  /** Whether a network that fails stays away. */
  boolean staysAway(Random random) {
    return random.nextInt(8) == 0;
  }

  /** By which message the network has failed. */
  int latestFault() {
    return 60;
  }

  private int mostOperations() {
    return switch (this) {
      case DECISION_STORE, TOMBSTONES, TURNS, STEPS, SETTLED -> 1;
      default -> 3;
    };
  }

  boolean readsBack(Random random) {
    return this == UNTOLD || random.nextInt(3) == 0;
  }

  /** Whether what belongs to the library's own recovery goes on beside the sessions. */
  boolean recovers(Random random) {
    return this == ANYTHING && random.nextInt(4) == 0;
  }

  /** The same for another configuration over some of the databases. */
  boolean recoversElsewhere(Random random) {
    return this == ANYTHING && random.nextInt(6) == 0;
  }
}
