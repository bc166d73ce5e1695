package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells what a query looks at that no single shard has for itself.
 *
 * <p>Whatever is not known to be the same on each server counts as something of the server: clocks,
 * its catalogues, functions of users, of which nobody says what they read.
 */
public final class Sights {

  /** Volatile functions that look at nothing. */
  private static final Set<String> DRAWN =
      Set.of("random", "random_normal", "gen_random_uuid", "uuidv4", "uuidv7", "pg_sleep");

  /** What functions of the server's own begin with that look into its catalogues or its process. */
  private static final List<String> OF_CATALOGUE =
      List.of("pg_", "has_", "to_reg", "txid_", "inet_", "obj_", "col_", "shobj_", "lo_", "row_");

  private static final Set<String> OF_TRANSACTION =
      Set.of(
          "pg_current_xact_id",
          "pg_current_xact_id_if_assigned",
          "txid_current",
          "txid_current_if_assigned");

  private static final Set<String> OTHERS_OF_SERVER =
      Set.of(
          "current_database",
          "current_catalog",
          "format_type",
          "age",
          "clock_timestamp",
          "timeofday",
          "ts_stat",
          "ts_rewrite",
          "version");

  private final Tables tables;
  private final CommonNames common;
  private final Set<List<String>> copies = new LinkedHashSet<>();
  private boolean ofServer;
  private boolean ofTransaction;

  private Sights(Query query, Tables tables) {
    this.tables = tables;
    this.common = CommonNames.in(query);
  }

  /** Of a query of which no shard has a row for itself. */
  public static Sight of(Query query, Tables tables) {
    Sights sights = new Sights(query, tables);
    sights.visit(query);
    if (sights.ofTransaction) {
      return Sight.TRANSACTION;
    }
    return sights.ofServer
        ? Sight.SERVER
        : new Sight(false, true, false, List.copyOf(sights.copies));
  }

  private void visit(Node node) {
    if (node instanceof FromItem.Table table && !common.has(table)) {
      table(Tables.local(table.name()));
    } else if (node instanceof Query query) {
      ofServer |= !query.locking().isEmpty();
    } else if (node instanceof Expr.Call call) {
      ofServer |= isOfServer(call);
      ofTransaction |= OF_TRANSACTION.contains(call.name().last());
    } else if (node instanceof Expr.Cast cast) {
      ofServer |= cast.type().name().last().startsWith("reg") || ClockTexts.isNamedBy(cast);
    } else if (node instanceof Expr.Column column) {
      ofServer |= SystemColumns.in(column);
    }
    ofServer |= !Operators.foreign(Operators.of(node)).isEmpty();
    node.eachChild(this::visit);
  }

  private void table(List<String> parts) {
    Table table = tables.find(parts).orNull();
    if (table instanceof Table.Reference) {
      copies.add(parts);
    } else {
      ofServer |= !(table instanceof Table.Sharded); // of which no key is asked for
    }
  }

  private boolean isOfServer(Expr.Call call) {
    String name = call.name().last();
    if (name.equals("current_setting")) {
      return false;
    }
    if (OwnValues.isOwn(call) || OTHERS_OF_SERVER.contains(name)) {
      return true;
    }
    if (call.special()) {
      return false;
    }
    if (!Functions.isBuiltIn(call) || Functions.isOfSession(call)) {
      return true;
    }
    Volatility volatility = Functions.volatility(call, tables.catalog());
    return switch (volatility) {
      case IMMUTABLE -> false;
      case STABLE -> OF_CATALOGUE.stream().anyMatch(name::startsWith) || name.contains("_xml");
      case VOLATILE -> !DRAWN.contains(name);
      case UNKNOWN -> true;
    };
  }
}
