package io.shardjdbc.benchmarks.micro;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.routing.route.Planner;
import java.util.ArrayList;
import java.util.List;

/** A router over four shards that asks no server. */
public final class Fixture {

  private static final RoutingConfiguration TABLES = configuration();
  public static final ShardMap MAP = ShardMap.of(TABLES);

  private Fixture() {}

  public static Planner planner() {
    return Routers.planner(TABLES, Catalog.none(), () -> MAP);
  }

  private static RoutingConfiguration configuration() {
    RoutingConfiguration.Builder builder =
        RoutingConfiguration.builder().shards("s0", "s1", "s2", "s3").sharded("users", "user_id");
    Texts.tables().forEach(table -> builder.sharded(table, "user_id"));
    return builder.build();
  }

  static String[] shards(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("s" + i);
    }
    return names.toArray(String[]::new);
  }
}
