package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.Planner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records without a key, while there is one shard. */
class KeysLeftToOneShardTest {

  private static final RoutingConfiguration ONE =
      RoutingConfiguration.builder()
          .shards(List.of(new ShardId("s0")))
          .sharded("posts", "user_id")
          .build();
  private static final CopiedTable COPY =
      new CopiedTable(List.of("posts"), List.of("title"), false, "");

  private static Planner planner(Catalog catalog) {
    return Routers.planner(ONE, catalog, () -> ShardMap.of(ONE));
  }

  private static Catalog catalog(boolean keyIsNotNull) {
    Catalog.ColumnShape key =
        new Catalog.ColumnShape(
            "user_id", "int8", "bigint", "", keyIsNotNull, true, true, Catalog.Default.SEQUENCE);
    Catalog.ColumnShape title =
        new Catalog.ColumnShape(
            "title", "text", "text", "", false, true, true, Catalog.Default.NONE);
    return name -> Optional.of(new Catalog.TableShape(name, List.of(key, title), false));
  }

  @Test
  void areTakenWhereAServerRefusesToLeaveItNull() {
    assertThat(planner(catalog(true)).copyIn(COPY, ShardMap.of(ONE))).isNotNull();
  }

  @Test
  void areRefusedWhereItMayBeNullAndWhereNobodyKnows() {
    for (Catalog catalog : List.of(catalog(false), Catalog.none())) {
      assertThatThrownBy(() -> planner(catalog).copyIn(COPY, ShardMap.of(ONE)))
          .isInstanceOf(RoutingException.class)
          .hasMessageStartingWith("SJ0305");
    }
  }
}
