package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * LIMIT and OFFSET of a query whose rows come from several shards.
 *
 * <p>Each shard has to send as many rows as the whole passes over and returns; the merge passes
 * over the first of them and stops in time.
 */
record Limit(@Nullable Expr count, @Nullable Expr skip, boolean withTies) {

  static final Limit NONE = new Limit(null, null, false);

  /** Refused where only the server could compute a bound. */
  static Found<Limit> of(Query query) {
    for (Expr bound : new @Nullable Expr[] {query.limit(), query.offset()}) {
      if (bound != null && !Constants.isConstant(bound)) {
        return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "LIMIT with an expression");
      }
    }
    return Found.of(new Limit(query.limit(), query.offset(), query.withTies()));
  }

  /** What has to change in the text; nothing where there is no OFFSET. */
  List<Edit> edits(Query query) {
    Span span = query.limitSpan();
    if (skip == null || span == null) {
      return List.of();
    }
    List<Object> pieces = new ArrayList<>();
    if (count != null) {
      // As numeric, because the sum may pass the largest bigint, which then is no limit at all.
      pieces.add(withTies ? "FETCH FIRST (least(" : "LIMIT least(");
      addBigint(pieces, count);
      pieces.add("::numeric + ");
      addBigint(pieces, skip);
      pieces.add(", " + Long.MAX_VALUE);
      pieces.add(withTies ? ")) ROWS WITH TIES" : ")");
    } else if (skip instanceof Expr.Parameter) {
      pieces.add("LIMIT CASE WHEN true THEN NULL ELSE "); // all rows, once its type is seen
      addBigint(pieces, skip);
      pieces.add(" END");
    }
    return List.of(new Edit(span, pieces));
  }

  /**
   * A bound as bigint. Next to one, a parameter of a type that is no number is an error, as a bound
   * is; a cast alone would take a text for a number.
   */
  private static void addBigint(List<Object> pieces, Expr bound) {
    boolean checked = bound instanceof Expr.Parameter;
    pieces.add(checked ? "(CASE WHEN true THEN " : "(");
    // FETCH FIRST ROW means one row and does not say so.
    pieces.add(bound.span().end() > bound.span().start() ? bound.span() : "1");
    pieces.add(checked ? " ELSE 0::bigint END)::bigint" : ")::bigint");
  }

  /** How many rows to return at most. */
  long count(List<@Nullable Object> values) {
    return count == null ? Merge.NO_LIMIT : number(count, values, Merge.NO_LIMIT, "LIMIT");
  }

  /** How many rows to pass over. */
  long skip(List<@Nullable Object> values) {
    return skip == null ? 0 : number(skip, values, 0, "OFFSET");
  }

  /** With an OFFSET the text casts what it is given, so a text is refused as a server would. */
  private boolean isText(Expr bound, List<@Nullable Object> values) {
    return skip != null
        && bound instanceof Expr.Parameter parameter
        && values.get(parameter.index() - 1) instanceof String;
  }

  private long number(Expr bound, List<@Nullable Object> values, long ifNull, String clause) {
    Reading reading = new KeyReader(Optional.of(KeyType.INTEGER), values).read(bound, true);
    if (reading.key() instanceof Key.OfLong number
        && number.value() >= 0
        && !isText(bound, values)) {
      return number.value();
    }
    boolean isNull =
        bound instanceof Expr.Parameter parameter
            ? values.get(parameter.index() - 1) == null
            : reading.never();
    if (isNull) {
      return ifNull;
    }
    if (reading.key() instanceof Key.OfLong number && number.value() < 0) {
      throw new RoutingException(
          clause.equals("LIMIT") ? ErrorCode.LIMIT_NEGATIVE : ErrorCode.OFFSET_NEGATIVE);
    }
    throw new RoutingException(ErrorCode.USAGE, clause + " is not a number that is 0 or more");
  }
}
