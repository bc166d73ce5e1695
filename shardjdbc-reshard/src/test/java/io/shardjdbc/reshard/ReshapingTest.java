package io.shardjdbc.reshard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What moves so that shards come and go, and nothing that does not have to. */
class ReshapingTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");
  private static final ShardId S2 = new ShardId("s2");
  private static final ShardId NEW = new ShardId("s3");
  private static final Reach SOMEWHERE = new Reach("jdbc:postgresql://db/app", List.of());

  private final MapDocument map = firstMap();

  @Test
  void theFirstMapPlacesKeysAsTheConfigurationDoes() throws SQLException {
    Placement ring = Placements.ring(List.of(S0, S1, S2));
    Placement placement = map.placement("users").placement();

    for (long key = 0; key < 1_000; key++) {
      assertThat(placement.shardOf(Key.of(key))).isEqualTo(ring.shardOf(Key.of(key)));
    }
    assertThat(map.tables()).containsOnlyKeys("users", "posts");
    assertThat(map.placements()).containsOnlyKeys("users", ShardMap.RECORDS);
  }

  @Test
  void aNewShardGetsItsPartFromAllOthersAndTheyGetNothing() {
    MapDocument joined = map.with(NEW, SOMEWHERE);
    List<Moving> moves = new Reshaping(joined).fill(NEW);
    MapDocument after = after(joined, moves);

    assertThat(moves).extracting(Moving::target).containsOnly(NEW);
    for (ShardId shard : List.of(S0, S1, S2)) {
      Positions before = map.placement("users").ownedBy(shard);
      assertThat(before.containsAll(after.placement("users").ownedBy(shard))).isTrue();
      assertThat(after.placement("users").ownedBy(shard).share()).isCloseTo(0.25, offset(0.01));
    }
    assertThat(after.placement("users").ownedBy(NEW).share()).isCloseTo(0.25, offset(0.01));
    assertThat(new Reshaping(after).fill(NEW)).isEmpty();
    assertThat(after.placement(ShardMap.RECORDS)).isEqualTo(map.placement(ShardMap.RECORDS));
  }

  @Test
  void whatIsLeftOfAnInterruptedFillMovesAndNoMore() {
    MapDocument joined = map.with(NEW, SOMEWHERE);
    MapDocument half = after(joined, new Reshaping(joined).fill(NEW).subList(0, 1));
    List<Moving> rest = new Reshaping(half).fill(NEW);

    assertThat(rest).hasSize(2);
    assertThat(after(half, rest).placement("users").ownedBy(NEW).share())
        .isCloseTo(0.25, offset(0.01));
  }

  @Test
  void aShardThatIsEmptiedOwnsNothingAndTheOthersAreEven() {
    MapDocument users = new MapDocument(map.shards(), map.tables(), Map.of("users", users(map)));
    MapDocument after = after(users, new Reshaping(users).empty(S1));

    assertThat(after.placement("users").ownedBy(S1).isEmpty()).isTrue();
    assertThat(after.placement("users").ownedBy(S0).share()).isCloseTo(0.5, offset(0.01));
    assertThat(after.placement("users").ownedBy(S2).share()).isCloseTo(0.5, offset(0.01));
  }

  @Test
  void whatAShardOwnsOfTheLibrarysRecordsIsTheOthersWhenItLeaves() {
    MapDocument users = map.with("users", withoutOwner(users(map), S1, S0));
    MapDocument after = new Reshaping(users).without(S1);

    assertThat(after.shards()).containsOnlyKeys(S0, S2);
    assertThat(after.placement(ShardMap.RECORDS).owns()).containsOnlyKeys(S0, S2);
    assertThat(after.placement(ShardMap.RECORDS).ownedBy(S0).share()).isCloseTo(0.5, offset(0.01));
    assertThat(after.placement("users").owns()).containsOnlyKeys(S0, S2);
  }

  @Test
  void allThatAShardHasIsMergedIntoAnother() {
    MapDocument after = after(map, new Reshaping(map).merge(S1, S2));

    assertThat(users(after).ownedBy(S1).isEmpty()).isTrue();
    assertThat(users(after).ownedBy(S0)).isEqualTo(users(map).ownedBy(S0));
  }

  @Test
  void eachShardGetsAsMuchAsItWeighs() {
    List<Moving> moves = new Reshaping(map).weigh(Map.of(S0, 2.0));
    MapDocument after = after(map, moves);

    assertThat(users(after).ownedBy(S0).share()).isCloseTo(0.5, offset(0.001));
    assertThat(users(after).ownedBy(S1).share()).isCloseTo(0.25, offset(0.001));
    assertThat(users(after).ownedBy(S2).share()).isCloseTo(0.25, offset(0.001));
    assertThat(moves).allMatch(move -> move.target().equals(S0));
    assertThat(new Reshaping(after).weigh(Map.of(S0, 2.0))).isEmpty();
    assertThat(users(after(after, new Reshaping(after).weigh(Map.of()))).ownedBy(S0).share())
        .isCloseTo(1 / 3.0, offset(0.001));
  }

  @Test
  void aSplitTakesHalf() {
    MapDocument after = after(map, new Reshaping(map).split(S0, S2));
    double before = users(map).ownedBy(S0).share();

    assertThat(users(after).ownedBy(S0).share()).isCloseTo(before / 2, offset(0.0001));
  }

  @Test
  void aKeyMovesByItselfOrStays() {
    Placement placement = users(map).placement();
    Key key = Key.of(7);
    long position = KeyHash.postgres().of(key);
    ShardId owner = placement.shardOf(key);
    ShardId other = owner.equals(S0) ? S1 : S0;
    List<Moving> moves = new Reshaping(map).position("users", position, other);

    assertThat(new Reshaping(map).position("users", position, owner)).isEmpty();
    Placement after = users(after(map, moves)).placement();
    assertThat(after.shardOf(key)).isEqualTo(other);
    for (long user = 8; user < 1_000; user++) {
      assertThat(after.shardOf(Key.of(user))).isEqualTo(placement.shardOf(Key.of(user)));
    }
  }

  /** As a placement is when all that one had has moved to another. */
  private static Positioned withoutOwner(Positioned placement, ShardId from, ShardId to) {
    Map<ShardId, Positions> owns = new LinkedHashMap<>(placement.owns());
    owns.put(to, placement.ownedBy(to).plus(placement.ownedBy(from)));
    owns.put(from, Positions.NONE);
    return Positioned.of(owns);
  }

  private static Positioned users(MapDocument map) {
    return map.placement("users");
  }

  private static MapDocument after(MapDocument map, List<Moving> moves) {
    MapDocument after = map;
    for (Moving move : moves) {
      Map<ShardId, Positions> owns = new LinkedHashMap<>(after.placement("users").owns());
      Positions owned = after.placement("users").ownedBy(move.source());
      assertThat(owned.containsAll(move.positions())).isTrue();
      owns.merge(move.source(), Positions.NONE, (had, none) -> had.minus(move.positions()));
      owns.merge(move.target(), move.positions(), Positions::plus);
      after = after.with("users", Positioned.of(owns));
    }
    return after;
  }

  private static MapDocument firstMap() {
    List<ShardId> shards = List.of(S0, S1, S2);
    Map<ShardId, Reach> reach = new LinkedHashMap<>();
    shards.forEach(shard -> reach.put(shard, SOMEWHERE));
    Placement ring = Placements.ring(shards);
    Map<List<String>, Table> tables = new LinkedHashMap<>();
    tables.put(List.of("users"), table("users", "id", ring));
    tables.put(List.of("posts"), table("posts", "user_id", ring));
    tables.put(List.of("logs"), table("logs", "day", Placements.modulo(shards)));
    RoutingConfiguration configuration =
        new RoutingConfiguration(shards, tables, Optional.empty(), ScatterPolicy.ALLOW);
    try {
      return FirstMap.of(configuration, reach, (table, column) -> Optional.of(KeyType.INTEGER));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Table table(String name, String key, Placement placement) {
    return new Table.Sharded(
        List.of(name), List.of(KeyColumn.of(key)), placement, ScatterPolicy.ALLOW);
  }
}
