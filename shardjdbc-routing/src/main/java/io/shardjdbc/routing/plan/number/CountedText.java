package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression that takes numbers of sequences, cut into the pieces around them.
 *
 * @param pieces strings, spans of the statement's text, and for each number a {@link Slot}
 */
public record CountedText(List<Object> pieces) {

  /** The place of one number. Which number it becomes is known when all places are. */
  static final class Slot {
    private final Draw draw;
    private int number;

    public Slot(Draw draw) {
      this.draw = draw;
    }

    public Draw draw() {
      return draw;
    }

    public void becomes(int n) {
      number = n;
    }

    /** Which number it is, from 1. */
    public int number() {
      return number;
    }

    public Template.Marker marker() {
      return new Template.Marker(-number);
    }
  }

  public CountedText {
    pieces = List.copyOf(pieces);
  }

  public List<Slot> slots() {
    return pieces.stream().filter(Slot.class::isInstance).map(Slot.class::cast).toList();
  }

  /** The same for another row, with places of its own. */
  public CountedText again() {
    return new CountedText(
        pieces.stream().map(p -> p instanceof Slot slot ? new Slot(slot.draw()) : p).toList());
  }

  /** Whether all its sequences count on that shard. */
  public boolean isOn(@Nullable ShardId shard) {
    return slots().stream().allMatch(slot -> slot.draw().home().equals(shard));
  }

  /** Whether it is one number and nothing else. */
  public boolean isPlain() {
    return pieces.size() == 1 && pieces.get(0) instanceof Slot;
  }

  /**
   * An expression of the statement; null where it takes no number, or where it is not certain which
   * or how often.
   */
  public static @Nullable CountedText of(Expr e, Sequences sequences) {
    List<Expr.Call> calls = new ArrayList<>();
    if (!collect(e, calls) || calls.isEmpty()) {
      return null;
    }
    List<Object> pieces = new ArrayList<>();
    int at = e.span().start();
    for (Expr.Call call : calls) {
      Draw draw = sequences.draw(call);
      if (draw == null) {
        return null;
      }
      if (call.span().start() > at) {
        pieces.add(new Span(at, call.span().start()));
      }
      pieces.add(new Slot(draw));
      at = call.span().end();
    }
    if (e.span().end() > at) {
      pieces.add(new Span(at, e.span().end()));
    }
    return new CountedText(pieces);
  }

  /** The default of a column, which stands in no statement yet; null as for {@link #of}. */
  public static @Nullable CountedText ofDefault(String expression, Sequences sequences) {
    Expr parsed;
    try {
      parsed = SqlParser.expression(expression);
    } catch (SqlSyntaxException e) {
      return null;
    }
    CountedText inText = of(parsed, sequences);
    if (inText == null) {
      return null;
    }
    List<Object> pieces = new ArrayList<>();
    for (Object piece : inText.pieces()) {
      pieces.add(piece instanceof Span span ? span.of(expression) : piece);
    }
    return new CountedText(pieces);
  }

  /** Collects the calls that are made once for each row; false where there are others. */
  private static boolean collect(Node node, List<Expr.Call> calls) {
    if (node instanceof Expr.Call call && Sequences.isStep(call)) {
      calls.add(call);
      return Sequences.isNext(call);
    }
    boolean perhaps =
        node instanceof Query
            || node instanceof Expr.Case
            || node instanceof Expr.Logical
            || (node instanceof Expr.Call call
                && (call.special() || Functions.isAggregate(call) || call.over() != null));
    if (perhaps) {
      return !steps(node);
    }
    for (Node child : node.children()) {
      if (!collect(child, calls)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a sequence is moved on anywhere below. */
  public static boolean steps(Node node) {
    return (node instanceof Expr.Call call && Sequences.isStep(call))
        || node.anyChild(CountedText::steps);
  }
}
