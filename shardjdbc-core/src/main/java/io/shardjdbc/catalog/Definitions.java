package io.shardjdbc.catalog;

import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which statements may define something, so that what is remembered of the catalogue is forgotten.
 *
 * <p>Many commands go where schema changes go, and change nothing that a statement is planned by:
 * whoever empties a table every second must not have every statement planned anew.
 */
public final class Definitions {

  /** They change rows, files, statistics or comments. */
  private static final Set<String> OF_CONTENTS =
      Set.of(
          "truncate", "vacuum", "analyze", "analyse", "reindex", "cluster", "refresh", "comment");

  private static final Set<String> DEFINING = Set.of("create", "alter", "drop", "do");

  /** What comes before a statement's first word. */
  private static final String START = "^(?:\\s|--[^\n]*\n|/\\*.*?\\*/)*+";

  private static final Pattern ALONE =
      Pattern.compile(
          START
              + "(?:truncate|reindex|cluster|refresh|vacuum\\b.*\\bfull|(?:alter|drop)\\s+(?:table"
              + "|index|view|materialized|foreign|schema|type|domain|extension|owned)"
              + "|create\\s+(?:unique\\s+)?index\\s+concurrently)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private Definitions() {}

  /** Whether what a route runs waits until nobody reads the tables that it changes. */
  public static boolean needTablesAlone(Route route) {
    DirectRoute direct = route.direct();
    return route.effect() == Effect.SCHEMA
        && (direct == null
            || direct.statements().stream().anyMatch(s -> ALONE.matcher(s.sql()).find()));
  }

  /** Whether what a route has run may have defined something. */
  public static boolean mayBeBy(Route route) {
    return switch (route.effect()) {
      case SCHEMA -> !OF_CONTENTS.contains(verb(route));
      case WRITE -> {
        DirectRoute direct = route.direct();
        yield direct != null && direct.isSingle() && DEFINING.contains(verb(route));
      }
      case READ, READ_ON_PRIMARY, LOCK, SESSION -> false;
    };
  }

  /** The word that the caller's text begins with; empty where each shard runs a text of its own. */
  private static String verb(Route route) {
    DirectRoute direct = route.direct();
    return direct == null || direct.statements().isEmpty()
        ? ""
        : SqlParser.verb(direct.statements().get(0).sql());
  }
}
