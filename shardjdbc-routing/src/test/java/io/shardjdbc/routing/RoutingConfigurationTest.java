package io.shardjdbc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutingConfigurationTest {

  @Test
  void tablesTakeThePlacementAndThePolicyOfAllWhicheverIsSaidFirst() {
    Placement modulo = Placements.modulo(List.of(new ShardId("s1"), new ShardId("s0")));
    RoutingConfiguration built =
        RoutingConfiguration.builder()
            .sharded("users", "user_id")
            .sharded("app.\"Order Lines\"", "tenant", "ID")
            .reference("countries")
            .single("settings", "s0")
            .defaultShard("s1")
            .placement(modulo)
            .scatter(ScatterPolicy.REFUSE)
            .shards("s0", "s1")
            .build();
    assertThat(built.tables().values())
        .containsExactly(
            new Table.Sharded(
                List.of("users"), List.of(KeyColumn.of("user_id")), modulo, ScatterPolicy.REFUSE),
            new Table.Sharded(
                List.of("app", "Order Lines"),
                List.of(KeyColumn.of("tenant"), KeyColumn.of("id")),
                modulo,
                ScatterPolicy.REFUSE),
            new Table.Reference(List.of("countries")),
            new Table.Single(List.of("settings"), new ShardId("s0")));
    assertThat(built.defaultShard()).contains(new ShardId("s1"));
    assertThat(built.table(List.of("app", "Order Lines")).map(Table::displayName))
        .contains("app.\"Order Lines\"");
  }

  @Test
  void withoutAPlacementRowsAreOnTheDefaultRingOfAllShards() {
    RoutingConfiguration built =
        RoutingConfiguration.builder().shards("s0", "s1").sharded("users", "id").build();
    Table users = built.table(List.of("users")).orElseThrow();
    assertThat(((Table.Sharded) users).placement()).isEqualTo(Placements.ring(built.shards()));
  }

  @Test
  void contradictionsAreRefused() {
    refuses(() -> RoutingConfiguration.builder().build(), "ring has no shard");
    refuses(() -> with().single("a", "s9").build(), "table a names shard s9, which does not exist");
    refuses(
        () -> with().defaultShard("s9").build(), "table * names shard s9, which does not exist");
    refuses(
        () ->
            with()
                .placement(Placements.ring(List.of(new ShardId("s9"))))
                .sharded("a", "id")
                .build(),
        "table a names shard s9, which does not exist");
    refuses(() -> with().reference("a").sharded("A", "id").build(), "table a is declared twice");
    refuses(
        () -> with().reference("a").reference("public.a").build(),
        "table a is declared with and without its schema public");
    refuses(() -> with().reference("x.y.z").build(), "named by more than schema and table");
    refuses(() -> with().sharded("a").build(), "table a is sharded by no column");
    refuses(() -> with().sharded("a", "id", "ID").build(), "table a names a key column twice");
    refuses(() -> with().sharded("a", "t.id"), "'t.id' is not the name of a column");
    refuses(
        () -> new RoutingConfiguration(List.of(), Map.of(), Optional.empty(), ScatterPolicy.ALLOW),
        "the configuration has no shard");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a.", ".a", "a..b", "1a", "\"\"", "\"a", "a\"b\"", "a-b", "a;b"})
  void whatIsNoNameInSqlIsRefused(String name) {
    assertThatThrownBy(() -> Identifiers.parse(name))
        .hasMessageContaining("'" + name + "' is not a name in SQL");
  }

  @Test
  void namesThatTheServerWouldCutAreRefused() {
    assertThat(Identifiers.parse("x".repeat(63))).hasSize(1);
    assertThatThrownBy(() -> Identifiers.parse("ü".repeat(32)))
        .hasMessageContaining("has a part of more than 63 bytes, which PostgreSQL cuts");
  }

  private static RoutingConfiguration.Builder with() {
    return RoutingConfiguration.builder().shards("s0", "s1");
  }

  private static void refuses(ThrowingCallable construction, String reason) {
    assertThatThrownBy(construction)
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void policiesAreChangedTableByTable() {
    RoutingConfiguration configuration =
        RoutingConfiguration.builder()
            .shards("s0")
            .tenantGuard()
            .sharded("users", "user_id")
            .sharded("posts", "user_id")
            .policy("posts", policy -> policy.withTenantGuard(false).withGather(false))
            .policy("posts", policy -> policy.withScatter(false))
            .build();
    assertThat(configuration.tables().values())
        .extracting(table -> ((Table.Sharded) table).policy())
        .containsExactly(new TablePolicy(true, true, true), new TablePolicy(false, false, false));
  }

  @Test
  void aPolicyNeedsAShardedTable() {
    RoutingConfiguration.Builder builder =
        RoutingConfiguration.builder()
            .shards("s0")
            .reference("countries")
            .policy("countries", policy -> policy.withGather(false));
    assertThatThrownBy(builder::build)
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("countries");
  }
}
