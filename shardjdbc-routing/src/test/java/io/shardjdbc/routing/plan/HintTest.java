package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hint is one value, whether a comment says it or a caller hands it over. */
class HintTest {

  private static final ShardId S1 = new ShardId("s1");
  private static final String READ = "SELECT name FROM users";

  private final Planner planner = Instagram.router();

  @ParameterizedTest
  @CsvSource({"shard=s1", "key=42", "primary", "partial", "shard=s2 primary", "key=7 partial"})
  void aCommentAndAValueGiveTheSameRoute(String words) {
    Hint hint = Hint.parse(words);
    Plan byValue = planner.plan(READ, hint);
    Plan byComment = planner.plan("/* shardjdbc: " + words + " */ " + READ);

    assertThat(byValue.sql()).isEqualTo(READ);
    assertThat(byValue.explain()).isEqualTo(byComment.explain());
    assertThat(byValue.partial()).isEqualTo(byComment.partial());
    assertThat(planner.shards(READ, hint, List.of()))
        .isEqualTo(planner.shards(byComment.sql(), List.of()));
  }

  @Test
  void theCacheKnowsTextsUnderTheirHints() {
    Plan plain = planner.plan(READ);
    Plan pinned = planner.plan(READ, Hint.on(S1));

    assertThat(planner.plan(READ)).isSameAs(plain).isNotSameAs(pinned);
    assertThat(planner.plan(READ, Hint.on(new ShardId("s1")))).isSameAs(pinned);
    assertThat(planner.plan(READ, Hint.on(new ShardId("s2")))).isNotSameAs(pinned);
    assertThat(planner.planText(READ, Hint.on(S1)).effect()).isEqualTo(Effect.READ_ON_PRIMARY);
  }

  @Test
  void aValueIsJoinedWithTheCommentOfTheText() {
    String primary = "/* shardjdbc: primary */ " + READ;
    assertThat(planner.shards(primary, Hint.on(S1), List.of())).containsExactly(S1);
    String same = "/* shardjdbc: shard=s1 */ " + READ;
    assertThat(planner.shards(same, Hint.on(S1), List.of())).containsExactly(S1);
    assertThat(planner.shards(same, Hint.PARTIAL, List.of())).containsExactly(S1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shard=s2", "key=42", "shards=all"})
  void contradictionsAreRefused(String words) {
    String sql = "/* shardjdbc: " + words + " */ " + READ;
    assertThatThrownBy(() -> planner.plan(sql, Hint.on(S1)))
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0204");
    assertThatThrownBy(() -> Hint.ofKey(1L).and(Hint.ofKey(2L))).hasMessageStartingWith("SJ0204");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shard", "shard=", "shard=s9", "shards=s1", "keys=1", "Primary"})
  void whatIsNotUnderstoodIsRefused(String words) {
    assertThatThrownBy(() -> planner.plan("/* shardjdbc: " + words + " */ " + READ))
        .hasMessageStartingWith("SJ0204");
  }

  @Test
  void aKeyIsAValueAndIsNotShown() {
    UUID uuid = UUID.randomUUID();
    assertThat(planner.shards(READ, Hint.ofKey(42L), List.of()))
        .isEqualTo(planner.shards(READ, Hint.ofKey("42"), List.of()));
    assertThat(Hint.ofKey(uuid).toString()).doesNotContain(uuid.toString());
    assertThatThrownBy(() -> Hint.ofKey(4.5)).hasMessageStartingWith("SJ0204");
    assertThatThrownBy(() -> planner.plan(READ, Hint.on(new ShardId("gone"))))
        .hasMessageStartingWith("SJ0204");
  }
}
