package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.ForwardingCatalog;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.facts.Tables;
import java.util.List;

/**
 * A catalog that answers for users' functions by looking into them, see {@link Reaches}, rather
 * than by what is declared of them.
 *
 * <p>A function that touches no table is what it says that it is. One that reads copies alone is
 * the same on all servers, and stable at best. One of which the configuration says that it is at
 * home on any shard may not run on a server that has rows of several shards, so it is as good as
 * unknown where a statement is on more than one.
 */
public final class LookingCatalog extends ForwardingCatalog {

  private static final String OF_LIBRARY = "shardjdbc.";

  private final RoutingConfiguration configuration;
  private final Tables tables;

  public LookingCatalog(RoutingConfiguration configuration, Catalog catalog, ShardMap map) {
    super(catalog);
    this.configuration = configuration;
    this.tables = new Tables(configuration, catalog, map);
  }

  @Override
  public Volatility function(List<String> name) {
    List<Routine> routines =
        catalog().userCode().named(name.get(name.size() - 1)).stream()
            .filter(r -> name.size() < 2 || r.schema().equals(name.get(name.size() - 2)))
            .toList();
    return routines.isEmpty() ? catalog().function(name) : worst(routines);
  }

  @Override
  public Volatility operator(String sign) {
    List<Routine> routines =
        catalog().userCode().operator(sign).stream()
            .flatMap(signature -> catalog().userCode().signed(signature).stream())
            .toList();
    Volatility declared = catalog().operator(sign);
    return routines.isEmpty() ? declared : worse(declared, worst(routines));
  }

  @Override
  public Volatility attribute(String name) {
    List<Routine> routines =
        catalog().userCode().named(name).stream().filter(routine -> routine.takes(1)).toList();
    return routines.isEmpty() ? catalog().attribute(name) : worst(routines);
  }

  /** Without the guards of rows that move: they are the library's own, and come and go. */
  @Override
  public List<Attached> attached(List<String> name) {
    return catalog().attached(name).stream()
        .filter(each -> !each.signature().orElse("").startsWith(OF_LIBRARY))
        .toList();
  }

  private Volatility worst(List<Routine> routines) {
    Reaches reaches = new Reaches(configuration, catalog());
    return routines.stream()
        .map(routine -> volatility(routine, reaches))
        .reduce(Volatility.IMMUTABLE, LookingCatalog::worse);
  }

  static Volatility worse(Volatility one, Volatility other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private Volatility volatility(Routine routine, Reaches reaches) {
    boolean local =
        configuration.promise(routine.schema(), routine.name()).stream()
            .anyMatch(promise -> promise == FunctionPromise.SHARD_LOCAL);
    Reach reach = reaches.of(routine);
    if (local || routine.kind() != 'f' || reach.opaque() != null || !reach.writes().isEmpty()) {
      return Volatility.UNKNOWN;
    }
    if (!reach.reads().isEmpty()) {
      boolean copies = reach.reads().stream().allMatch(tables::isCopied);
      return copies ? worse(Volatility.STABLE, routine.declared()) : Volatility.UNKNOWN;
    }
    return reach.own() ? worse(Volatility.VOLATILE, routine.declared()) : routine.declared();
  }
}
