package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which shards have the relations that a question names. */
record NameHolders(RoutingConfiguration configuration, Catalog catalog) {

  static NameHolders of(Tables tables) {
    return new NameHolders(tables.configuration(), tables.catalog());
  }

  /**
   * Those among some shards that have all relations which are named, in their order.
   *
   * @param found where the names are added that relations have
   */
  Set<ShardId> among(
      List<ShardId> shards, List<Expr> names, List<@Nullable Object> values, Set<String> found) {
    Set<ShardId> with = new LinkedHashSet<>(shards);
    for (Expr name : names) {
      for (String text : texts(name, values)) {
        List<ShardId> holders = holders(text);
        if (!holders.isEmpty()) {
          found.add(text);
          with.retainAll(holders);
        }
      }
    }
    return with;
  }

  private static List<String> texts(Expr name, List<@Nullable Object> values) {
    if (name instanceof Expr.Literal literal) {
      return List.of(literal.value());
    }
    Object value = name instanceof Expr.Parameter p ? values.get(p.index() - 1) : null;
    if (value instanceof Object[] several) {
      List<String> all = new ArrayList<>();
      for (Object one : several) {
        if (one instanceof String text) {
          all.add(text);
        }
      }
      return all;
    }
    return value instanceof String text ? List.of(text) : List.of();
  }

  /** The shards that have a relation of that name, as written or as SQL reads it. */
  private List<ShardId> holders(String text) {
    List<ShardId> exact = holders(List.of(text));
    if (!exact.isEmpty()) {
      return exact;
    }
    return Identifiers.find(text.strip())
        .filter(name -> !name.equals(List.of(text)))
        .map(this::holders)
        .orElse(exact);
  }

  /** A table of one shard is meant as it is there, whoever else has one of its name. */
  private List<ShardId> holders(List<String> name) {
    List<ShardId> all = catalog.shardsWith(name);
    boolean several = all.size() > 1 && configuration.declares(name);
    Table table = several ? configuration.table(name).orElse(null) : null;
    return table instanceof Table.Single single && all.contains(single.shard())
        ? List.of(single.shard())
        : all;
  }
}
