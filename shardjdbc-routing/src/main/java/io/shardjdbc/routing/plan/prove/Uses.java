package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Expr;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of a statement mean for where it can run.
 *
 * @param unknown a function that might read or write tables, or null
 * @param volatileOne a function whose calls must be as many as on one server, or null
 * @param stableOne a function that different servers might answer differently, or null
 */
public record Uses(
    @Nullable String unknown, @Nullable String volatileOne, @Nullable String stableOne) {

  /** Refused for functions that work on the state of a session. */
  public static Found<Uses> of(Analysis analysis, Catalog catalog) {
    Map<String, Volatility> used = new LinkedHashMap<>();
    for (Expr.Call call : analysis.calls()) {
      String name = Identifiers.display(call.name().parts());
      if (Functions.isOfSession(call)) {
        return Found.refused(ErrorCode.SESSION_FUNCTION, name);
      }
      used.merge(name, Functions.volatility(call, catalog), Uses::worse);
    }
    for (String sign : analysis.foreignOperators()) {
      used.put("of operator " + sign, catalog.operator(sign));
    }
    if (analysis.namesClock()) {
      used.put("the clock that a text names", Volatility.STABLE);
    }
    for (String attribute : analysis.attributes()) {
      used.merge(attribute, catalog.attribute(attribute), Uses::worse);
    }
    return Found.of(
        new Uses(
            first(used, Volatility.UNKNOWN),
            first(used, Volatility.VOLATILE),
            first(used, Volatility.STABLE)));
  }

  /** Of one name there may be several functions. */
  private static Volatility worse(Volatility one, Volatility other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static @Nullable String first(Map<String, Volatility> used, Volatility kind) {
    return used.entrySet().stream()
        .filter(entry -> entry.getValue() == kind)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** Whether only a primary may run it. */
  public boolean needsPrimary() {
    return unknown != null || volatileOne != null;
  }

  /** A function that each copy of a table might be given another value by, or null. */
  public @Nullable String notCopySafe() {
    return unknown != null ? unknown : volatileOne != null ? volatileOne : stableOne;
  }
}
