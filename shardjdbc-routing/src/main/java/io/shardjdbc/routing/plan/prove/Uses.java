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
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of a statement mean for where it can run.
 *
 * @param unknown a function that might read or write tables, or null
 * @param volatileOne a function whose calls must be as many as on one server, or null
 * @param stableOne a function that different servers might answer differently, or null
 * @param ofObjects a function of large objects, which is for the shard of the row, or null
 */
public record Uses(
    @Nullable String unknown,
    @Nullable String volatileOne,
    @Nullable String stableOne,
    @Nullable String ofObjects) {

  /** Refused for functions that work on the state of a session. */
  public static Found<Uses> of(Analysis analysis, Catalog catalog) {
    return of(analysis, catalog, call -> Optional.empty());
  }

  /**
   * Refused for functions that work on the state of a session.
   *
   * @param aggregates what is known of aggregates of users, by looking into them
   */
  public static Found<Uses> of(
      Analysis analysis, Catalog catalog, Function<Expr.Call, Optional<Volatility>> aggregates) {
    Map<String, Volatility> used = new LinkedHashMap<>();
    String ofObjects = null;
    for (Expr.Call call : analysis.calls()) {
      String name = Identifiers.display(call.name().parts());
      if (Functions.isOfSession(call)) {
        return Found.refused(ErrorCode.SESSION_FUNCTION, name);
      }
      if (Functions.isOfLargeObjects(call)) {
        ofObjects = name;
      } else {
        Volatility known =
            aggregates.apply(call).orElseGet(() -> Functions.volatility(call, catalog));
        used.merge(name, known, Uses::worse);
      }
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
            first(used, Volatility.STABLE),
            ofObjects));
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
    return unknown != null || volatileOne != null || ofObjects != null;
  }

  /** A function that each copy of a table might be given another value by, or null. */
  public @Nullable String notCopySafe() {
    String changing = unknown != null ? unknown : volatileOne;
    String other = ofObjects != null ? ofObjects : stableOne;
    return changing != null ? changing : other;
  }
}
