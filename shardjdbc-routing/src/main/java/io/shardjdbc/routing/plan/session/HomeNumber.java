package io.shardjdbc.routing.plan.session;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.sql.Expr;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By what a lock or a channel finds its home: the one or two numbers of the lock, the name of the
 * channel, once the values are known.
 *
 * @param name the function, for messages
 * @param parts constants, parameters, and hashes of texts
 * @param channel whether it is a text
 */
record HomeNumber(String name, List<Expr> parts, boolean channel) {

  private static final Set<String> TYPES =
      Set.of("bigint", "int8", "integer", "int", "int4", "smallint", "int2", "text", "varchar");

  private static final Set<String> HASHES = Set.of("hashtext", "hashtextextended");

  HomeNumber {
    parts = List.copyOf(parts);
  }

  /** Whether a call takes or gives back an advisory lock, or notifies. */
  static boolean isOne(Expr.Call call) {
    String name = call.name().last();
    List<String> parts = call.name().parts();
    boolean own = parts.size() == 1 || parts.get(parts.size() - 2).equals("pg_catalog");
    boolean lock = name.startsWith("pg_advisory_") || name.startsWith("pg_try_advisory_");
    return own && (lock || name.equals("pg_notify"));
  }

  /** What a call says of its home; null where only the server can know it. */
  static @Nullable HomeNumber of(Expr.Call call) {
    boolean channel = call.name().last().equals("pg_notify");
    List<Expr> arguments = channel ? call.arguments().subList(0, 1) : call.arguments();
    boolean known = !arguments.isEmpty() && arguments.stream().allMatch(HomeNumber::isKnown);
    return known ? new HomeNumber(call.name().last(), arguments, channel) : null;
  }

  /** A channel by its name. */
  static HomeNumber ofChannel(String name) {
    Expr.Literal text =
        new Expr.Literal(Expr.LiteralKind.STRING, name, new io.shardjdbc.routing.sql.Span(0, 0));
    return new HomeNumber("notify", List.of(text), true);
  }

  private static boolean isKnown(Expr e) {
    if (e instanceof Expr.Literal || e instanceof Expr.Parameter) {
      return true;
    }
    if (e instanceof Expr.Operation sign) {
      return sign.operator().equals("-")
          && sign.left() == null
          && sign.right() instanceof Expr.Literal;
    }
    if (e instanceof Expr.Cast cast) {
      return TYPES.contains(cast.type().name().last())
          && cast.type().dimensions() == 0
          && isKnown(cast.value());
    }
    return e instanceof Expr.Call call
        && HASHES.contains(call.name().last())
        && call.arguments().stream().allMatch(HomeNumber::isKnown)
        && (call.arguments().size() == 1 || isZero(call.arguments().get(1)));
  }

  private static boolean isZero(Expr seed) {
    return seed instanceof Expr.Literal literal && literal.value().equals("0");
  }

  /** The number, as the key whose hash finds its home; null for NULL, which locks nothing. */
  @Nullable Key key(List<@Nullable Object> values) {
    List<Key> keys = new ArrayList<>();
    for (Expr part : parts) {
      Object value = value(part, values);
      if (value == null) {
        return null;
      }
      keys.add(channel ? Key.of(String.valueOf(value)) : Key.of(number(value)));
    }
    return Key.ofColumns(keys);
  }

  private @Nullable Object value(Expr e, List<@Nullable Object> values) {
    if (e instanceof Expr.Parameter parameter) {
      return values.get(parameter.index() - 1);
    }
    if (e instanceof Expr.Literal literal) {
      return literal.kind() == Expr.LiteralKind.NULL ? null : literal.value();
    }
    if (e instanceof Expr.Cast cast) {
      return value(cast.value(), values);
    }
    if (e instanceof Expr.Operation sign && sign.right() != null) {
      Object value = value(sign.right(), values);
      return value == null ? null : "-" + value;
    }
    Expr.Call call = (Expr.Call) e;
    Object text = value(call.arguments().get(0), values);
    if (text == null) {
      return null;
    }
    // The 32 bits of hashtext are the lower ones of hashtextextended with seed 0.
    long hash = KeyHash.postgres().of(Key.of(String.valueOf(text)));
    return call.arguments().size() == 1 ? (long) (int) hash : hash;
  }

  private long number(Object value) {
    try {
      return new BigDecimal(String.valueOf(value).strip()).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new RoutingException(ErrorCode.WITHOUT_HOME, name);
    }
  }
}
