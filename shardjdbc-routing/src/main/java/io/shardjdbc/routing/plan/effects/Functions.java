package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What functions do: the server's own from a list, others from the catalogue. */
public final class Functions {

  /** The grammar's own forms that look at the clock or the session. */
  private static final Set<String> STABLE_FORMS =
      Set.of(
          "current_date",
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          "current_user",
          "current_role",
          "session_user",
          "user",
          "system_user",
          "current_catalog",
          "current_schema");

  private static final Set<String> AGGREGATE_FORMS = Set.of("json_objectagg", "json_arrayagg");

  private static final Set<String> SESSION =
      Set.of(
          "currval",
          "lastval",
          "set_config",
          "setseed",
          "pg_advisory_lock",
          "pg_advisory_lock_shared",
          "pg_try_advisory_lock",
          "pg_try_advisory_lock_shared",
          "pg_advisory_unlock",
          "pg_advisory_unlock_shared",
          "pg_advisory_unlock_all");

  /** What a replica would answer otherwise, or not at all. */
  private static final Set<String> OF_SERVER =
      Set.of(
          "current_setting",
          "inet_server_addr",
          "inet_server_port",
          "pg_backend_pid",
          "pg_conf_load_time",
          "pg_current_snapshot",
          "pg_current_xact_id",
          "pg_current_xact_id_if_assigned",
          "pg_postmaster_start_time",
          "txid_current",
          "txid_current_if_assigned",
          "txid_current_snapshot");

  private Functions() {}

  /** The server's own, read when the first statement calls a function: many programs call none. */
  private static final class BuiltIn {

    private static final Map<String, Character> KINDS = load();

    private static Map<String, Character> load() {
      Map<String, Character> kinds = new HashMap<>();
      try (InputStream in = Functions.class.getResourceAsStream("functions.txt")) {
        if (in == null) {
          throw new IllegalStateException("functions.txt is missing from the jar");
        }
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        lines
            .lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(
                line -> {
                  int blank = line.indexOf(' ');
                  kinds.put(line.substring(0, blank), line.charAt(blank + 1));
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Map.copyOf(kinds);
    }
  }

  private static @Nullable Character builtIn(Expr.Call call) {
    List<String> parts = call.name().parts();
    boolean own = parts.size() == 1 || (parts.size() == 2 && parts.get(0).equals("pg_catalog"));
    return own ? BuiltIn.KINDS.get(call.name().last()) : null;
  }

  /** Whether the call is certainly, or by its form, an aggregate. */
  public static boolean isAggregate(Expr.Call call) {
    if (call.over() != null) {
      return false;
    }
    Character kind = builtIn(call);
    return (kind != null && kind == 'a')
        || call.star()
        || call.distinct()
        || call.withinGroup()
        || call.filter() != null
        || !call.orderBy().isEmpty()
        || (call.special() && AGGREGATE_FORMS.contains(call.name().last()));
  }

  /** Whether an aggregate stands in the expression, sub-queries apart. */
  public static boolean hasAggregate(Node node) {
    if (node instanceof Query) {
      return false;
    }
    return (node instanceof Expr.Call call && isAggregate(call))
        || node.anyChild(Functions::hasAggregate);
  }

  /** Whether a window function stands in the expression, sub-queries apart. */
  public static boolean hasWindow(Node node) {
    if (node instanceof Query) {
      return false;
    }
    return (node instanceof Expr.Call call && call.over() != null)
        || node.anyChild(Functions::hasWindow);
  }

  /** Whether the function works on the state of a server's session. */
  public static boolean isOfSession(Expr.Call call) {
    return builtIn(call) != null && SESSION.contains(call.name().last());
  }

  /** Whether the function takes, or gives back, a lock that outlives its transaction. */
  static boolean isLockOfSession(Expr.Call call) {
    return isOfSession(call) && call.name().last().contains("advisory");
  }

  /** Whether the function tells of the server itself, of which a replica is another one. */
  public static boolean isOfServer(Expr.Call call) {
    return builtIn(call) != null && OF_SERVER.contains(call.name().last());
  }

  /** Whether PostgreSQL has a function of that name. */
  public static boolean isBuiltIn(Expr.Call call) {
    return builtIn(call) != null;
  }

  /** Whether it reads or writes a large object, which lies on one shard under a number. */
  public static boolean isOfLargeObjects(Expr.Call call) {
    String name = call.name().last();
    return (name.startsWith("lo_") || name.equals("loread") || name.equals("lowrite"))
        && isBuiltIn(call);
  }

  public static Volatility volatility(Expr.Call call, Catalog catalog) {
    if (call.special()) {
      return STABLE_FORMS.contains(call.name().last()) ? Volatility.STABLE : Volatility.IMMUTABLE;
    }
    Character kind = builtIn(call);
    if (kind == null) {
      return catalog.function(call.name().parts());
    }
    Volatility own =
        switch (kind) {
          case 'v' -> Volatility.VOLATILE;
          case 's' -> Volatility.STABLE;
          default -> Volatility.IMMUTABLE;
        };
    if (!isOverloaded(call, catalog)) {
      return own;
    }
    Volatility other = catalog.function(call.name().parts());
    return other.compareTo(own) > 0 ? other : own;
  }

  /** Whether it may be an aggregate, PostgreSQL's or a user's own. */
  public static boolean isAggregate(Expr.Call call, Catalog catalog) {
    return isAggregate(call) || (call.over() == null && mayBeAggregateOfUsers(call, catalog));
  }

  /** Whether one of those stands in the expression, sub-queries apart. */
  public static boolean hasAggregate(Node node, Catalog catalog) {
    if (node instanceof Query) {
      return false;
    }
    return (node instanceof Expr.Call call && isAggregate(call, catalog))
        || node.anyChild(child -> hasAggregate(child, catalog));
  }

  /**
   * Whether an aggregate, over a window or not, may be the user's own, of which nobody knows how to
   * put parts together. It may have the name of one of PostgreSQL's.
   */
  public static boolean isAggregateOfUsers(Expr.Call call, Catalog catalog) {
    return mayBeAggregateOfUsers(call, catalog)
        || (isAggregate(call)
            && call.name().parts().size() == 1
            && catalog.userCode().named(call.name().last()).stream()
                .anyMatch(routine -> call.variadic() || routine.takes(call.arguments().size())));
  }

  private static boolean mayBeAggregateOfUsers(Expr.Call call, Catalog catalog) {
    return !call.special()
        && catalog.userCode().named(call.name().last()).stream()
            .anyMatch(routine -> routine.kind() == 'a');
  }

  /** Whether a user's function may be meant that is named as one of PostgreSQL's own. */
  private static boolean isOverloaded(Expr.Call call, Catalog catalog) {
    int given = call.arguments().size();
    return call.name().parts().size() == 1
        && catalog.userCode().named(call.name().last()).stream()
            .anyMatch(
                routine -> routine.kind() == 'f' && (call.variadic() || routine.takes(given)));
  }
}
