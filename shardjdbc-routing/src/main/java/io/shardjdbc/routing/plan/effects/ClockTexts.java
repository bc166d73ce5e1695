package io.shardjdbc.routing.plan.effects;

import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.route.SentMoment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import java.lang.reflect.Array;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells texts that a server may read by its clock: {@code 'now'}, {@code 'today 10:00'}, {@code
 * '[yesterday,tomorrow)'}.
 *
 * <p>Which words do so is a closed set of PostgreSQL's ({@code datetktbl} in its datetime.c). They
 * do where the text becomes a date or a time, and mean themselves anywhere else.
 */
public final class ClockTexts {

  private static final Set<String> WORDS = Set.of("now", "today", "tomorrow", "yesterday");
  private static final Pattern ANY_WORD = Pattern.compile(String.join("|", WORDS));
  private static final Pattern LETTERS = Pattern.compile("[\\p{L}_/]+");

  /** Beside the clock's words a text may name a time zone. */
  private static final int MOST_OTHER_WORDS = 1;

  private ClockTexts() {}

  /** Whether a text that becomes a value of a type may be another one elsewhere. */
  public static boolean mayDiffer(String text, TypeInput input) {
    return switch (input) {
      case TEXT -> false;
      case CLOCK -> ANY_WORD.matcher(text.toLowerCase(Locale.ROOT)).find();
      case SERVER -> true;
    };
  }

  /** Whether a text of which nobody says what it becomes looks like one that names the clock. */
  public static boolean looksLikeOne(String text) {
    Matcher words = LETTERS.matcher(text.toLowerCase(Locale.ROOT));
    boolean clock = false;
    int others = 0;
    while (words.find()) {
      boolean its = WORDS.contains(words.group());
      clock |= its;
      others += its ? 0 : 1;
    }
    return clock && others <= MOST_OTHER_WORDS;
  }

  /** The same of a value, or any element of it. */
  public static boolean looksLikeOne(@Nullable Object value) {
    return any(value, ClockTexts::looksLikeOne);
  }

  /** Whether a value may become another one on another server, where it becomes a date or time. */
  public static boolean mayDiffer(@Nullable Object value) {
    return any(value, text -> mayDiffer(text, TypeInput.CLOCK));
  }

  /** Asks of the texts of a value; an object of the driver's shows its own as a text. */
  private static boolean any(@Nullable Object value, Predicate<String> asked) {
    if (value == null
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof UUID
        || value instanceof Date
        || value instanceof Temporal
        || value instanceof SentMoment
        || value instanceof byte[]) {
      return false;
    }
    if (value instanceof Collection<?> several) {
      return several.stream().anyMatch(each -> any(each, asked));
    }
    if (!value.getClass().isArray()) {
      return asked.test(String.valueOf(value));
    }
    return IntStream.range(0, Array.getLength(value))
        .anyMatch(i -> any(Array.get(value, i), asked));
  }

  /**
   * Whether an expression is a text that names the clock: {@code timestamp 'now'}, or {@code 'now'}
   * where nobody says what it becomes. A cast to a text is none, nor is what it casts.
   */
  public static boolean isNamedBy(Node node) {
    if (node instanceof Expr.Cast cast) {
      return inside(cast) instanceof Expr.Literal literal
          && literal.kind() == Expr.LiteralKind.STRING
          && input(cast) == TypeInput.CLOCK
          && mayDiffer(literal.value(), TypeInput.CLOCK);
    }
    return node instanceof Expr.Literal literal
        && literal.kind() == Expr.LiteralKind.STRING
        && looksLikeOne(literal.value());
  }

  /** Whether a cast says of a text, or a parameter, that the clock has no say in it. */
  public static boolean isPlainText(Node node) {
    return node instanceof Expr.Cast cast && input(cast) == TypeInput.TEXT;
  }

  /** How a server reads what is cast, by all casts of a cast. */
  private static TypeInput input(Expr.Cast cast) {
    TypeInput own = TypeInput.of(cast.type());
    return cast.value() instanceof Expr.Cast inner ? own.or(input(inner)) : own;
  }

  /** What is cast, by however many casts. */
  private static Expr inside(Expr.Cast cast) {
    return cast.value() instanceof Expr.Cast inner ? inside(inner) : cast.value();
  }

  /**
   * Whether a constant is the same on every server, now and a moment later.
   *
   * @param types how a server reads what the text leaves without a type
   * @param byValue takes the parameters of which that goes by the value that is bound
   */
  public static boolean isFixed(Expr e, TypeInput types, Set<Integer> byValue) {
    if (e instanceof Expr.Literal literal) {
      return switch (literal.kind()) {
        case STRING -> !mayDiffer(literal.value(), types) && !isOfParts(literal.value(), types);
        case DEFAULT -> false;
        default -> true;
      };
    }
    if (e instanceof Expr.Parameter parameter) {
      if (types == TypeInput.CLOCK) {
        byValue.add(parameter.index());
      }
      return types != TypeInput.SERVER;
    }
    if (e instanceof Expr.Cast cast) {
      return isFixed(inside(cast), input(cast), byValue);
    }
    if (e instanceof Expr.ArrayOf array) {
      return areFixed(array.items(), types, byValue);
    }
    return e instanceof Expr.Operation operation
        && operation.right() != null
        && (operation.left() == null
            ? Constants.isSign(operation) && isFixed(operation.right(), types, byValue)
            : areFixed(List.of(operation.left(), operation.right()), TypeInput.CLOCK, byValue));
  }

  private static boolean areFixed(List<Expr> all, TypeInput types, Set<Integer> byValue) {
    return all.stream().allMatch(e -> isFixed(e, types, byValue));
  }

  /** Whether a text may be made of several values, of types that nobody names. */
  private static boolean isOfParts(String text, TypeInput types) {
    return types == TypeInput.CLOCK && text.startsWith("(");
  }
}
