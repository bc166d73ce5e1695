package io.shardjdbc.tests.program;

import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Collation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What differs between worlds: the driver's options, where tables lie, how databases sort. */
enum Variant {
  PLAIN(""),
  UNSPECIFIED("&stringtype=unspecified"),
  MOVING("") {
    @Override
    Variant stored() {
      return this;
    }

    @Override
    void declare(RoutingConfiguration.Builder routing) {
      routing.placement(Placements.modulo(World.SHARD_IDS));
      for (String table : List.of("acct", "gen", "word", "pair", "tiny", "code", "tok", "own")) {
        routing.policy(table, policy -> policy.withMoveRows(true));
      }
      for (String function : List.of("pay", "pay_sql", "items_of", "list_items")) {
        routing.function(function, FunctionPromise.SHARD_LOCAL);
      }
      routing.function("say", FunctionPromise.PURE);
    }
  },
  PREPARED("&prepareThreshold=1"),
  SORTED("") {
    @Override
    Variant stored() {
      return this;
    }

    @Override
    Collation collation() {
      return Collation.icu("en-US");
    }

    /** Some keys are not where hashes would have them, and the rows of some are on two shards. */
    @Override
    Optional<Placement> placement(String table) {
      return switch (table) {
        case "acct", "item", "folder", "file", "mark" ->
            Optional.of(
                Placements.tiered(
                    Map.of(Key.of(3), new ShardId("s2"), Key.of(4), new ShardId("s0")),
                    Placements.ring(World.SHARD_IDS)));
        case "post" ->
            Optional.of(
                Placements.salted(
                    List.of(Key.of(2), Key.of(3), Key.of(5)), 2, Placements.ring(World.SHARD_IDS)));
        case "gen", "tiny" ->
            Optional.of(
                Placements.range(
                    Map.of(Key.of(4), new ShardId("s1"), Key.of(9), new ShardId("s0")),
                    new ShardId("s2")));
        default -> Optional.empty();
      };
    }
  },
  PORTIONS("&defaultRowFetchSize=2&prepareThreshold=2"),
  SIMPLE("&preferQueryMode=simple"),
  REWRITTEN("&reWriteBatchedInserts=true&binaryTransfer=false");

  private final String options;

  Variant(String options) {
    this.options = options;
  }

  /** Of the driver, on both sides. */
  String options() {
    return options;
  }

  /** One whose rows lie on the same shards, and whose databases sort alike. */
  Variant stored() {
    return PLAIN;
  }

  Collation collation() {
    return Collation.C_UTF8;
  }

  /** Where a sharded table lies, if not where all do. */
  Optional<Placement> placement(String table) {
    return Optional.empty();
  }

  void declare(RoutingConfiguration.Builder routing) {}
}
