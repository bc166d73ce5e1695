package io.shardjdbc.benchmarks.contest;

import java.util.Locale;

/**
 * One figure beside its goal.
 *
 * @param line what was measured
 * @param measure which figure of it
 * @param sense whether more is better
 * @param goal the bound
 * @param value what came out
 * @param unit of both; empty for a ratio
 */
public record Outcome(
    String line, String measure, Sense sense, double goal, double value, String unit) {

  /** On which side of its goal a figure is good. */
  public enum Sense {
    AT_LEAST("at least"),
    AT_MOST("at most"),
    /** Told, and held to nothing. */
    TOLD("");

    private final String words;

    Sense(String words) {
      this.words = words;
    }
  }

  public static Outcome atLeast(String line, String measure, double goal, double value) {
    return new Outcome(line, measure, Sense.AT_LEAST, goal, value, "");
  }

  public static Outcome atMost(
      String line, String measure, double goal, double value, String unit) {
    return new Outcome(line, measure, Sense.AT_MOST, goal, value, unit);
  }

  public static Outcome told(String line, String measure, double value, String unit) {
    return new Outcome(line, measure, Sense.TOLD, Double.NaN, value, unit);
  }

  public boolean isMet() {
    return switch (sense) {
      case AT_LEAST -> value >= goal;
      case AT_MOST -> value <= goal;
      case TOLD -> true;
    };
  }

  /** How the figure stands to its goal; above 1 it is better than asked for. */
  public double ratio() {
    return switch (sense) {
      case AT_LEAST -> value / goal;
      case AT_MOST -> goal / value;
      case TOLD -> Double.NaN;
    };
  }

  /** The goal in words. */
  public String goalText() {
    return sense == Sense.TOLD ? "" : sense.words + " " + number(goal) + unitText();
  }

  /** The figure in words. */
  public String valueText() {
    return number(value) + unitText();
  }

  private String unitText() {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
  }
}
