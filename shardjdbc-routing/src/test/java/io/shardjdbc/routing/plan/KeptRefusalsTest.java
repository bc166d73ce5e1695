package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.route.Planner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A refusal is made once, kept as a plan is, and forgotten when a plan would be. */
class KeptRefusalsTest {

  private static final String REFUSED = "select secret_number(user_id) from posts";

  private final ShardMap map = ShardMap.of(Instagram.configuration());
  private final AtomicLong version = new AtomicLong();
  private final AtomicReference<Catalog.Volatility> known =
      new AtomicReference<>(Catalog.Volatility.UNKNOWN);
  private final AtomicReference<RoutingException> failure = new AtomicReference<>();
  private final Planner planner =
      Routers.planner(
          Instagram.configuration(),
          new Catalog() {
            @Override
            public Optional<TableShape> table(List<String> name) {
              return Optional.empty();
            }

            @Override
            public long version() {
              return version.get();
            }

            @Override
            public Volatility function(List<String> name) {
              RoutingException fails = failure.get();
              if (fails != null) {
                throw fails;
              }
              return known.get();
            }
          },
          () -> map);

  private RoutingException refusal() {
    return catchThrowableOfType(
        RoutingException.class, () -> planner.route(REFUSED, List.of()).shards());
  }

  private static RoutingException refusalOf(Planner planner, String sql) {
    return catchThrowableOfType(RoutingException.class, () -> planner.plan(sql));
  }

  @Test
  void itsTextIsParsedOnce() {
    String sql = "selec 1";
    RoutingException first = refusalOf(planner, sql);
    for (int i = 0; i < 100; i++) {
      assertThat(refusalOf(planner, sql)).hasMessage(first.getMessage()).isNotSameAs(first);
    }
    assertThat(planner.planCounts().misses()).isEqualTo(1);
    assertThat(planner.planCounts().hits()).isEqualTo(100);
  }

  @Test
  void eachCallerGetsTheStackOfHisOwnCall() {
    RoutingException here = refusalOf(planner, "selec 1");
    RoutingException there = callAgain();
    assertThat(methods(here)).doesNotContain("callAgain");
    assertThat(methods(there)).contains("callAgain");
    assertThat(there).hasNoCause();
  }

  private RoutingException callAgain() {
    return refusalOf(planner, "selec 1");
  }

  private static List<String> methods(RoutingException e) {
    return List.of(e.getStackTrace()).stream().map(StackTraceElement::getMethodName).toList();
  }

  @Test
  void itGoesWhenTheSchemaChanges() {
    assertThat(refusal().code()).isEqualTo(ErrorCode.FUNCTION_UNKNOWN);
    known.set(Catalog.Volatility.IMMUTABLE);
    assertThat(refusal().code()).isEqualTo(ErrorCode.FUNCTION_UNKNOWN);
    version.incrementAndGet();
    assertThat(planner.route(REFUSED, List.of()).shards()).hasSize(4);
  }

  @Test
  void aCatalogueThatDoesNotAnswerIsAskedAgain() {
    failure.set(new RoutingException(ErrorCode.SHARD_UNAVAILABLE, "s0", "gone"));
    assertThat(refusal().code()).isEqualTo(ErrorCode.SHARD_UNAVAILABLE);
    failure.set(new RoutingException(ErrorCode.LOGIN_REFUSED, "s0", "no"));
    assertThat(refusal().code()).isEqualTo(ErrorCode.LOGIN_REFUSED);
    failure.set(null);
    known.set(Catalog.Volatility.IMMUTABLE);
    assertThat(planner.route(REFUSED, List.of()).shards()).hasSize(4);
  }

  @Test
  void floodsOfRefusalsLeaveWhatIsInUse() {
    planner.plan("select 1");
    long before = planner.planCounts().misses();
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      assertThatThrownBy(() -> planner.plan("selec " + number))
          .isInstanceOf(RoutingException.class);
      planner.plan("select 1");
    }
    assertThat(planner.planCounts().misses()).isEqualTo(before + 10_000);
    assertThat(planner.planCounts().size()).isLessThan(5_000);
  }
}
