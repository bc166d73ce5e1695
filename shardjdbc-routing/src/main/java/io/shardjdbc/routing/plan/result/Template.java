package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The text for a shard, put together from pieces of the caller's text and a few words of our own.
 *
 * <p>Parameters follow the pieces they stand in, wherever these are moved and however often they
 * are repeated. Markers are written {@code ?}.
 */
public final class Template {

  private final ParsedSql parsed;
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> parameters = new ArrayList<>();

  public Template(ParsedSql parsed) {
    this.parsed = parsed;
  }

  /** Another one that begins with what has been put together so far. */
  public Template copy() {
    Template copy = new Template(parsed);
    copy.text.append(text);
    copy.parameters.addAll(parameters);
    return copy;
  }

  /** A change of the text: what stands at {@code span} becomes {@code pieces}. */
  public record Edit(Span span, List<Object> pieces) {
    /**
     * @param pieces spans of the caller's text, strings of our own, and {@link Marker}s
     */
    public static Edit replace(Span span, Object... pieces) {
      return new Edit(span, List.of(pieces));
    }

    public static Edit insert(int at, Object... pieces) {
      return new Edit(new Span(at, at), List.of(pieces));
    }
  }

  /** A piece of an edit: a marker for a value, the caller's or one that is found out first. */
  public record Marker(int parameter) {}

  /** The caller's text with edits, which do not overlap. */
  public static Template edited(ParsedSql parsed, List<Edit> edits) {
    return new Template(parsed).copy(new Span(0, parsed.sql().length()), edits);
  }

  /** Appends a piece of the caller's text with edits in it, which do not overlap. */
  public Template copy(Span span, List<Edit> edits) {
    int at = span.start();
    List<Edit> inOrder = new ArrayList<>(edits);
    inOrder.sort(Comparator.comparingInt(edit -> edit.span().start()));
    for (Edit edit : inOrder) {
      copy(new Span(at, edit.span().start()));
      for (Object piece : edit.pieces()) {
        if (piece instanceof Span copied) {
          copy(copied);
        } else if (piece instanceof Marker marker) {
          mark(marker);
        } else {
          write((String) piece);
        }
      }
      at = edit.span().end();
    }
    return copy(new Span(at, span.end()));
  }

  /** Appends a marker for a value. */
  public Template mark(Marker marker) {
    text.append('?');
    parameters.add(marker.parameter());
    return this;
  }

  public Template write(String words) {
    text.append(words);
    return this;
  }

  /** Appends a piece of the caller's text. */
  public Template copy(Span span) {
    int at = span.start();
    List<Expr.Parameter> markers = parsed.parameters();
    for (int i = firstFrom(at); i < markers.size(); i++) {
      Span marker = markers.get(i).span();
      if (marker.end() > span.end()) {
        break;
      }
      text.append(parsed.sql(), at, marker.start()).append('?');
      parameters.add(markers.get(i).index());
      at = marker.end();
    }
    text.append(parsed.sql(), at, span.end());
    return this;
  }

  /** The first marker that starts at a position or behind it; markers are in order. */
  private int firstFrom(int position) {
    int low = 0;
    int high = parsed.parameters().size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parsed.parameters().get(middle).span().start() < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  public String text() {
    return text.toString();
  }

  /** Whether both are the same text of the same values. */
  boolean says(Template other) {
    return text.compareTo(other.text) == 0 && parameters.equals(other.parameters);
  }

  /** For each marker, the index (from 1) of the caller's value. */
  public List<Integer> parameters() {
    return List.copyOf(parameters);
  }

  /** What has been put together so far. */
  public ShardText finished() {
    return ShardText.rewritten(text.toString(), parameters);
  }

  public ShardStatement on(ShardId shard) {
    return finished().on(shard);
  }
}
