package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.yaml.EnvironmentLookup;
import io.shardjdbc.routing.yaml.RoutingYaml;
import io.shardjdbc.routing.yaml.Yaml;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Makes routers.
 *
 * <p>A router needs no database: in a unit test it shows where each statement of an application
 * would go.
 *
 * <pre>{@code
 * Router router = Routers.fromYaml(Path.of("shards.yaml"));
 * router.explain("select * from posts where user_id = ?", 42L);
 * }</pre>
 */
public final class Routers {

  private Routers() {}

  /** The DataSource's router, with what a catalog knows of tables and functions. */
  public static Planner planner(
      RoutingConfiguration configuration, Catalog catalog, Supplier<ShardMap> maps) {
    return new PlanningRouter(configuration, catalog, maps);
  }

  /** A router that stands alone, by a configuration made with its builder. */
  public static Router of(RoutingConfiguration configuration) {
    ShardMap map = ShardMap.of(configuration);
    return new PlanningRouter(configuration, Catalog.none(), () -> map);
  }

  /**
   * A router that stands alone, by the YAML file that a DataSource is opened with.
   *
   * @throws io.shardjdbc.routing.RoutingException {@link
   *     io.shardjdbc.routing.ErrorCode#BAD_CONFIGURATION} with line and reason
   */
  public static Router fromYaml(Path file) {
    return of(RoutingYaml.read(Yaml.read(file, EnvironmentLookup.ofProcess())));
  }
}
