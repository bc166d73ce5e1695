package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.Planner;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shard owns a key, and what is no key. */
class OwnersTest {

  private final Planner router = Instagram.router();

  @Test
  void theOwnerIsWhereStatementsOfTheKeyGo() {
    Set<ShardId> seen = new LinkedHashSet<>();
    for (long key = -50; key < 50; key++) {
      ShardId owner = router.owner("users", key);
      seen.add(owner);
      assertThat(router.shards("select * from users where user_id = ?", List.of(key)))
          .containsExactly(owner);
      assertThat(router.shards("insert into users (user_id) values (?)", List.of(key)))
          .containsExactly(owner);
    }
    assertThat(seen).hasSize(4);
  }

  @Test
  void aValueIsReadAsTheTypeOfTheColumn() {
    for (long key = 0; key < 40; key++) {
      ShardId owner = router.owner("users", key);
      for (Object same :
          List.of(
              (int) key,
              (short) key,
              BigInteger.valueOf(key),
              new BigDecimal(key + ".00"),
              (double) key,
              Long.toString(key),
              " +" + key + "\n")) {
        assertThat(router.owner("users", same)).as(same.getClass().getName()).isEqualTo(owner);
      }
      UUID token = new UUID(key, ~key);
      String text = token.toString();
      assertThat(router.owner("sessions", text)).isEqualTo(router.owner("sessions", token));
      assertThat(router.owner("sessions", "{" + text.toUpperCase(Locale.ROOT) + "}"))
          .isEqualTo(router.owner("sessions", token));
    }
  }

  @Test
  void aCompositeKeyIsOneKeyWhateverItsBlanks() {
    Set<ShardId> seen = new LinkedHashSet<>();
    for (int owner = 0; owner < 20; owner++) {
      for (String tenant : List.of("x", "x ", " x", "")) {
        ShardId shard = router.owner("documents", tenant, owner);
        seen.add(shard);
        String sql = "select * from documents where tenant = ? and owner = ?";
        assertThat(router.shards(sql, List.of(tenant, owner))).containsExactly(shard);
        assertThat(router.owner("documents", tenant, Integer.toString(owner))).isEqualTo(shard);
      }
    }
    assertThat(seen).hasSize(4);
  }

  static List<Arguments> unreadable() {
    return List.of(
        Arguments.of("users", List.of("abc")),
        Arguments.of("users", List.of("")),
        Arguments.of("users", List.of("5.0")),
        Arguments.of("users", List.of(new BigDecimal("5.5"))),
        Arguments.of("users", List.of(5.5)),
        Arguments.of("users", List.of(Double.NaN)),
        Arguments.of("users", List.of(0x1p53)),
        Arguments.of("users", List.of(new BigInteger("9223372036854775808"))),
        Arguments.of("users", List.of("9223372036854775808")),
        Arguments.of("users", List.of(new UUID(1, 2))),
        Arguments.of("users", List.of(LocalDate.EPOCH)),
        Arguments.of("users", List.of(true)),
        Arguments.of("users", List.of(List.of(1L))),
        Arguments.of("documents", List.of("x", 2147483648L)),
        Arguments.of("documents", List.of("x", "2147483648")),
        Arguments.of("documents", List.of(7, 7)),
        Arguments.of("documents", List.of("a\0b", 7)),
        Arguments.of("documents", List.of("\ud800", 7)),
        Arguments.of("documents", List.of(new UUID(1, 2), 7)),
        Arguments.of("sessions", List.of("no uuid")),
        Arguments.of("sessions", List.of(7L)));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void aValueThatIsNoKeyOfTheColumnIsRefused(String table, List<Object> key) {
    assertThatThrownBy(() -> router.owner(table, key.toArray()))
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0313");
    assertThatThrownBy(() -> router.home(table, List.copyOf(key))).hasMessageStartingWith("SJ0313");
  }

  @Test
  void nullIsRefusedInAnyColumn() {
    assertThatThrownBy(() -> router.owner("users", (Object) null))
        .hasMessageStartingWith("SJ0307")
        .hasMessageContaining("user_id");
    assertThatThrownBy(() -> router.owner("documents", "x", null))
        .hasMessageStartingWith("SJ0307")
        .hasMessageContaining("owner");
    assertThatThrownBy(() -> router.home("users", Arrays.asList((Object) null)))
        .hasMessageStartingWith("SJ0307");
  }

  @Test
  void anotherNumberOfColumnsIsRefused() {
    for (Object[] key : new Object[][] {{}, {"x"}, {"x", 1, 2}}) {
      assertThatThrownBy(() -> router.owner("documents", key)).hasMessageStartingWith("SJ0703");
      assertThatThrownBy(() -> router.home("documents", List.of(key)))
          .hasMessageStartingWith("SJ0703");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"countries", "settings", "pg_catalog.pg_class"})
  void aTableThatIsNotShardedHasNoOwners(String table) {
    assertThatThrownBy(() -> router.owner(table, 7L)).hasMessageStartingWith("SJ0703");
    assertThatThrownBy(() -> router.owner(table)).hasMessageStartingWith("SJ0703");
  }

  @Test
  void aTableOfOneShardIsAtHomeThere() {
    assertThat(router.home("settings", List.of())).isEqualTo(new ShardId("s2"));
    assertThatThrownBy(() -> router.home("settings", List.of(7L))).hasMessageStartingWith("SJ0703");
    assertThatThrownBy(() -> router.home("countries", List.of())).hasMessageStartingWith("SJ0703");
  }

  @Test
  void aTableThatIsNotDeclaredIsRefused() {
    assertThatThrownBy(() -> router.owner("nowhere", 7L)).hasMessageStartingWith("SJ0301");
    assertThatThrownBy(() -> router.owner("no name", 7L)).hasMessageStartingWith("SJ0101");
  }

  @Test
  void aNameIsReadAsInSql() {
    ShardId owner = router.owner("users", 7L);
    assertThat(router.owner("USERS", 7L)).isEqualTo(owner);
    assertThat(router.owner("\"users\"", 7L)).isEqualTo(owner);
    assertThatThrownBy(() -> router.owner("\"USERS\"", 7L)).hasMessageStartingWith("SJ0301");
  }

  @Test
  void theCurrentMapCounts() {
    ShardMap before = ShardMap.of(Instagram.configuration());
    AtomicReference<ShardMap> current = new AtomicReference<>(before);
    Planner following = Instagram.router(current::get);
    ShardId moved = following.owner("users", 7L);
    ShardId other =
        before.shards().stream().filter(s -> !s.equals(moved)).findFirst().orElseThrow();
    String placement = before.placements().keySet().iterator().next();
    current.set(before.next(before.shards(), Map.of(placement, Placements.ring(List.of(other)))));
    assertThat(following.owner("users", 7L)).isEqualTo(other);
  }

  @Test
  void aKeyWithSeveralOwnersIsRefused() {
    List<ShardId> shards = Stream.of("s0", "s1", "s2").map(ShardId::new).toList();
    HashRing ring = Placements.ring(shards);
    Router salted =
        Routers.of(
            RoutingConfiguration.builder()
                .shards(shards)
                .table(
                    new Table.Sharded(
                        List.of("events"),
                        List.of(KeyColumn.of("k")),
                        Placements.salted(Set.of(Key.of(7)), 2, ring),
                        ScatterPolicy.ALLOW))
                .build());
    assertThatThrownBy(() -> salted.owner("events", 7L)).hasMessageStartingWith("SJ0220");
    assertThat(salted.owner("events", 8L)).isEqualTo(ring.shardOf(Key.of(8)));
  }

  @Test
  void noValueIsInAMessage() {
    assertThatThrownBy(() -> router.owner("users", "secret"))
        .hasMessageNotContaining("secret")
        .hasMessageContaining("user_id");
  }
}
