package io.shardjdbc.tests.observe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An expression of Prometheus's language, as far as the published rules need it: selectors,
 * aggregations {@code by} labels, {@code rate}, {@code increase}, {@code histogram_quantile},
 * arithmetic, comparisons that filter, and {@code or}.
 */
final class RuleExpression {

  private static final Pattern TOKEN =
      Pattern.compile(
          "[A-Za-z_]\\w*|\\d+[smh]|\\d+(?:\\.\\d+)?(?:e\\d+)?|\"[^\"]*\"|[=!<>]=|[=!]~|[^\\s\\w\"]");
  private static final Set<String> COMPARISONS = Set.of(">", "<", ">=", "<=", "==", "!=");
  private static final Map<String, ToDoubleFunction<Collection<Double>>> AGGREGATIONS =
      Map.of(
          "sum", all -> all.stream().mapToDouble(each -> each).sum(),
          "max", all -> all.stream().mapToDouble(each -> each).max().orElseThrow(),
          "min", all -> all.stream().mapToDouble(each -> each).min().orElseThrow(),
          "avg", all -> all.stream().mapToDouble(each -> each).average().orElseThrow());

  /** Values by their labels; a number alone has none and goes with each. */
  record Values(boolean isNumber, Map<SortedMap<String, String>, Double> rows) {
    static Values number(double value) {
      return new Values(true, Map.of(new TreeMap<>(), value));
    }
  }

  /** A part of an expression. */
  @FunctionalInterface
  interface Part {
    Values at(List<RecordedSeries> series, double moment);
  }

  private final List<String> tokens;
  private int next;

  private RuleExpression(String text) {
    this.tokens = TOKEN.matcher(text).results().map(MatchResult::group).toList();
  }

  static Part parse(String text) {
    RuleExpression expression = new RuleExpression(text);
    Part whole = expression.alternatives();
    if (expression.next != expression.tokens.size()) {
      throw new IllegalArgumentException("not understood from " + expression.peek() + ": " + text);
    }
    return whole;
  }

  private String peek() {
    return next < tokens.size() ? tokens.get(next) : "";
  }

  private String take() {
    return tokens.get(next++);
  }

  private boolean accept(String token) {
    boolean there = peek().equals(token);
    next += there ? 1 : 0;
    return there;
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw new IllegalArgumentException("expected " + token + ", not " + peek());
    }
  }

  private Part alternatives() {
    Part left = comparison();
    while (accept("or")) {
      Part one = left;
      Part other = comparison();
      left =
          (series, moment) -> {
            Map<SortedMap<String, String>, Double> rows = order(other.at(series, moment).rows());
            rows.putAll(one.at(series, moment).rows());
            return new Values(false, rows);
          };
    }
    return left;
  }

  private Part comparison() {
    Part left = sum();
    if (COMPARISONS.contains(peek())) {
      String by = take();
      return filtered(left, by, sum());
    }
    return left;
  }

  private static Part filtered(Part left, String by, Part right) {
    return (series, moment) -> {
      Values all = left.at(series, moment);
      Values kept = joined(all, right.at(series, moment), (a, b) -> holds(a, by, b) ? 1 : 0);
      Map<SortedMap<String, String>, Double> rows = order(all.rows());
      rows.keySet().removeIf(labels -> kept.rows().getOrDefault(labels, 0.0) == 0);
      return new Values(false, rows);
    };
  }

  private static boolean holds(double a, String by, double b) {
    return switch (by) {
      case ">" -> a > b;
      case "<" -> a < b;
      case ">=" -> a >= b;
      case "<=" -> a <= b;
      case "==" -> a == b;
      default -> a != b;
    };
  }

  private Part sum() {
    Part left = product();
    while (peek().equals("+") || peek().equals("-")) {
      left = take().equals("+") ? both(left, product(), Double::sum) : less(left, product());
    }
    return left;
  }

  private static Part less(Part left, Part right) {
    return both(left, right, (a, b) -> a - b);
  }

  private Part product() {
    Part left = atom();
    while (peek().equals("*") || peek().equals("/")) {
      left =
          take().equals("*")
              ? both(left, atom(), (a, b) -> a * b)
              : both(left, atom(), (a, b) -> a / b);
    }
    return left;
  }

  private static Part both(Part left, Part right, DoubleBinaryOperator of) {
    return (series, moment) -> joined(left.at(series, moment), right.at(series, moment), of);
  }

  private static Values joined(Values left, Values right, DoubleBinaryOperator of) {
    Map<SortedMap<String, String>, Double> rows = order(Map.of());
    for (var row : (left.isNumber() ? right : left).rows().entrySet()) {
      SortedMap<String, String> none = new TreeMap<>();
      Double one = left.rows().get(left.isNumber() ? none : row.getKey());
      Double other = right.rows().get(right.isNumber() ? none : row.getKey());
      if (one != null && other != null) {
        rows.put(row.getKey(), of.applyAsDouble(one, other));
      }
    }
    return new Values(left.isNumber() && right.isNumber(), rows);
  }

  private Part atom() {
    if (accept("(")) {
      Part inner = alternatives();
      expect(")");
      return inner;
    }
    String word = take();
    if (Character.isDigit(word.charAt(0))) {
      double value = Double.parseDouble(word);
      return (series, moment) -> Values.number(value);
    }
    if (AGGREGATIONS.containsKey(word)) {
      return aggregation(AGGREGATIONS.get(word));
    }
    return switch (word) {
      case "rate", "increase" -> growth(word.equals("rate"));
      case "histogram_quantile" -> quantile();
      default -> selected(word, matchers());
    };
  }

  private Part aggregation(ToDoubleFunction<Collection<Double>> of) {
    List<String> by = new ArrayList<>();
    if (accept("by")) {
      expect("(");
      do {
        by.add(take());
      } while (accept(","));
      expect(")");
    }
    expect("(");
    Part inner = alternatives();
    expect(")");
    return (series, moment) -> {
      Map<SortedMap<String, String>, List<Double>> groups = order(Map.of());
      inner
          .at(series, moment)
          .rows()
          .forEach(
              (labels, value) -> {
                SortedMap<String, String> group = new TreeMap<>(labels);
                group.keySet().retainAll(by);
                groups.computeIfAbsent(group, none -> new ArrayList<>()).add(value);
              });
      Map<SortedMap<String, String>, Double> rows = order(Map.of());
      groups.forEach((labels, values) -> rows.put(labels, of.applyAsDouble(values)));
      return new Values(false, rows);
    };
  }

  private Map<String, String[]> matchers() {
    Map<String, String[]> matchers = new TreeMap<>();
    if (accept("{")) {
      do {
        String label = take();
        String how = take();
        String than = take();
        matchers.put(label, new String[] {how, than.substring(1, than.length() - 1)});
      } while (accept(","));
      expect("}");
    }
    return matchers;
  }

  private static Part selected(String name, Map<String, String[]> matchers) {
    return (series, moment) -> of(series, name, matchers, each -> each.at(moment));
  }

  private Part growth(boolean perSecond) {
    expect("(");
    String name = take();
    Map<String, String[]> matchers = matchers();
    expect("[");
    double range = seconds(take());
    expect("]");
    expect(")");
    double times = perSecond ? 1 : range;
    return (series, moment) -> of(series, name, matchers, each -> each.rate(moment, range) * times);
  }

  private static Values of(
      List<RecordedSeries> series,
      String name,
      Map<String, String[]> matchers,
      ToDoubleFunction<RecordedSeries> value) {
    Map<SortedMap<String, String>, Double> rows = order(Map.of());
    series.stream()
        .filter(each -> each.matches(name, matchers))
        .filter(each -> !Double.isNaN(value.applyAsDouble(each)))
        .forEach(each -> rows.put(each.labels(), value.applyAsDouble(each)));
    return new Values(false, rows);
  }

  private Part quantile() {
    expect("(");
    double part = Double.parseDouble(take());
    expect(",");
    Part buckets = alternatives();
    expect(")");
    return (series, moment) -> {
      Map<SortedMap<String, String>, TreeMap<Double, Double>> histograms = order(Map.of());
      buckets
          .at(series, moment)
          .rows()
          .forEach(
              (labels, value) -> {
                SortedMap<String, String> rest = new TreeMap<>(labels);
                String bound = rest.remove("le");
                double upTo = bound.equals("+Inf") ? Double.MAX_VALUE : Double.parseDouble(bound);
                histograms.computeIfAbsent(rest, none -> new TreeMap<>()).put(upTo, value);
              });
      Map<SortedMap<String, String>, Double> rows = order(Map.of());
      histograms.forEach((labels, counts) -> rows.put(labels, quantile(part, counts)));
      return new Values(false, rows);
    };
  }

  private static double quantile(double part, TreeMap<Double, Double> counts) {
    double rank = part * counts.lastEntry().getValue();
    double lower = 0;
    double before = 0;
    for (Map.Entry<Double, Double> bucket : counts.entrySet()) {
      if (bucket.getValue() >= rank) {
        double inside = (rank - before) / (bucket.getValue() - before);
        return bucket.getKey() == Double.MAX_VALUE
            ? lower
            : lower + (bucket.getKey() - lower) * inside;
      }
      lower = bucket.getKey();
      before = bucket.getValue();
    }
    return Double.NaN;
  }

  /** {@code 5m} in seconds. */
  static double seconds(String duration) {
    double number = Double.parseDouble(duration.substring(0, duration.length() - 1));
    return switch (duration.charAt(duration.length() - 1)) {
      case 's' -> number;
      case 'm' -> number * 60;
      case 'h' -> number * 3600;
      default -> throw new IllegalArgumentException(duration);
    };
  }

  private static <T> Map<SortedMap<String, String>, T> order(
      Map<SortedMap<String, String>, T> rows) {
    return new LinkedHashMap<>(rows);
  }
}
