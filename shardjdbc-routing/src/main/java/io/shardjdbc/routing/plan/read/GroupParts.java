package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.SameExpression;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.plan.result.PartialColumn;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.route.ValueType;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the shards have to answer so that the keys and aggregates of a block can be made of it.
 *
 * <p>Each aggregate is taken apart by what it means: a count is the sum of counts, an average a sum
 * over a count, divided by the server as its own {@code avg} divides ({@code numeric_avg} and
 * {@code int8_avg} in {@code numeric.c} both end in {@code numeric_div}). An aggregate of DISTINCT
 * values has these values grouped by, and stays itself.
 */
final class GroupParts {

  private static final Set<String> IGNORE_NULL = Set.of("count", "sum", "min", "max", "avg");

  private final Scope scope;
  private final Origins origins;
  private final SameExpression same;
  private final Objections against;
  private final List<PartialColumn> parts = new ArrayList<>();
  private final List<Regrouping.Column> columns = new ArrayList<>();
  private final List<String> words = new ArrayList<>();

  /** Expressions that have a column already, in the order of {@link #columns}. */
  private final List<Expr> known = new ArrayList<>();

  /**
   * @param against notes what cannot be made of parts
   */
  GroupParts(Scope scope, Origins origins, SameExpression same, Objections against) {
    this.scope = scope;
    this.origins = origins;
    this.same = same;
    this.against = against;
  }

  List<PartialColumn> parts() {
    return parts;
  }

  List<Regrouping.Column> columns() {
    return columns;
  }

  /** What is put together, in words that hold none of the text's constants. */
  String words() {
    return words.isEmpty() ? "distinct values" : String.join(", ", words);
  }

  /** The groups' column for a key, a column that depends on the keys, or an aggregate. */
  String column(Expr value, PartialColumn.Kind kind) {
    for (int i = 0; i < known.size(); i++) {
      if (same.test(known.get(i), value)) {
        return columns.get(i).name();
      }
    }
    Regrouping.Combination combination =
        value instanceof Expr.Call call && Functions.isAggregate(call)
            ? aggregate(call)
            : grouped(value, kind);
    String name = Identifiers.quote("shardjdbc:c" + (columns.size() + 1));
    columns.add(new Regrouping.Column(name, combination));
    known.add(value);
    return name;
  }

  private Regrouping.Combination grouped(Expr value, PartialColumn.Kind kind) {
    String part = add(kind, List.of(value.span()), ValueShape.of(value, scope, origins)).quoted();
    if (kind == PartialColumn.Kind.KEY) {
      words.add(
          value instanceof Expr.Column column ? "by " + column.name().last() : "by an expression");
    }
    return types -> part;
  }

  private PartialColumn add(PartialColumn.Kind kind, List<Object> pieces, ValueShape shape) {
    PartialColumn part = new PartialColumn("p" + (parts.size() + 1), kind, pieces, shape);
    parts.add(part);
    return part;
  }

  private Regrouping.Combination aggregate(Expr.Call call) {
    String name = call.name().last();
    if (call.withinGroup() || call.special() || call.variadic() || !call.orderBy().isEmpty()) {
      return refused("aggregate " + name + " of sorted values");
    }
    boolean counted = call.star() && call.arguments().isEmpty() && name.equals("count");
    if (!counted && (call.star() || call.arguments().size() != 1)) {
      return refused("aggregate " + name);
    }
    words.add(call.distinct() ? name + " of distinct values" : name);
    if (call.distinct()) {
      return distinct(call, name);
    }
    return switch (name) {
      case "count" -> {
        String part = part(PartialColumn.Kind.COUNT, "count", call).quoted();
        yield types -> "coalesce(pg_catalog.sum(" + part + "), 0)::pg_catalog.int8";
      }
      case "sum" -> {
        PartialColumn part = part(PartialColumn.Kind.SUM, "sum", call);
        yield types ->
            "pg_catalog.sum("
                + part.quoted()
                + ")"
                + (isLong(part, types) ? "::pg_catalog.int8" : "");
      }
      case "avg" -> {
        PartialColumn sum = part(PartialColumn.Kind.SUM, "sum", call);
        String count =
            "nullif(pg_catalog.sum("
                + part(PartialColumn.Kind.COUNT, "count", call).quoted()
                + "), 0)";
        yield types ->
            "pg_catalog.sum("
                + sum.quoted()
                + ") OPERATOR(pg_catalog./) "
                + count
                + (isInterval(sum, types) ? "::pg_catalog.float8" : "");
      }
      case "min", "max" -> same(PartialColumn.Kind.EXTREME, name, call);
      case "bool_and", "bool_or", "every" -> same(PartialColumn.Kind.BOOLEAN, name, call);
      case "bit_and", "bit_or", "bit_xor" -> same(PartialColumn.Kind.BITS, name, call);
      default -> refused("aggregate " + name);
    };
  }

  private static boolean isLong(PartialColumn part, Map<String, ValueType> types) {
    return isOf("int8", part, types);
  }

  private static boolean isInterval(PartialColumn part, Map<String, ValueType> types) {
    return isOf("interval", part, types);
  }

  private static boolean isOf(String type, PartialColumn part, Map<String, ValueType> types) {
    ValueType known = types.get(part.name());
    return known != null && known.name().equals(type);
  }

  /** An aggregate of parts that are aggregates of its own kind. */
  private Regrouping.Combination same(PartialColumn.Kind kind, String name, Expr.Call call) {
    String part = part(kind, name, call).quoted();
    return types -> "pg_catalog." + name + "(" + part + ")";
  }

  private PartialColumn part(PartialColumn.Kind kind, String function, Expr.Call call) {
    List<Object> pieces = new ArrayList<>();
    pieces.add("pg_catalog." + function + "(");
    pieces.add(call.star() ? "*" : call.arguments().get(0).span());
    pieces.add(")");
    if (call.filter() != null) {
      pieces.add(" FILTER (WHERE ");
      pieces.add(call.filter().span());
      pieces.add(")");
    }
    ValueShape shape =
        kind == PartialColumn.Kind.EXTREME
            ? ValueShape.of(call.arguments().get(0), scope, origins).computed()
            : ValueShape.NUMBER;
    return add(kind, pieces, shape);
  }

  private Regrouping.Combination distinct(Expr.Call call, String name) {
    if (!IGNORE_NULL.contains(name) || call.star()) {
      return refused("aggregate " + name + " of distinct values");
    }
    Expr argument = call.arguments().get(0);
    List<Object> pieces = new ArrayList<>();
    pieces.add(argument.span());
    ValueShape shape = ValueShape.of(argument, scope, origins);
    if (call.filter() != null) {
      pieces = new ArrayList<>(List.of("CASE WHEN ", call.filter().span(), " THEN "));
      pieces.add(argument.span());
      pieces.add(" END");
    }
    String part = add(PartialColumn.Kind.ARGUMENT, pieces, shape).quoted();
    return types -> name + "(DISTINCT " + part + ")";
  }

  private Regrouping.Combination refused(String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
    return types -> "";
  }
}
