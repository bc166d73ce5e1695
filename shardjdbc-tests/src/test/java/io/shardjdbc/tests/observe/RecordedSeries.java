package io.shardjdbc.tests.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A series as it was recorded: a value at each interval, from the beginning on. It is written as
 * Prometheus's own tests of rules write it: {@code 3}, {@code 3x5}, {@code 0+10x5}, {@code _}.
 *
 * @param samples in seconds and values
 */
record RecordedSeries(String name, SortedMap<String, String> labels, List<double[]> samples) {

  private static final Pattern SERIES = Pattern.compile("(\\w+)(?:\\{(.*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern STEPS =
      Pattern.compile("([-\\d.e]+?)(?:([+-][\\d.e]+))?(?:x(\\d+))?");

  /** How long a value counts that nothing has followed. */
  private static final double LOOKBACK = 300;

  static RecordedSeries of(String series, String values, double interval) {
    Matcher named = SERIES.matcher(series);
    if (!named.matches()) {
      throw new IllegalArgumentException(series);
    }
    SortedMap<String, String> labels = new TreeMap<>();
    if (named.group(2) != null) {
      LABEL.matcher(named.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
    }
    List<double[]> samples = new ArrayList<>();
    int at = 0;
    for (String steps : values.split(" ", -1)) {
      if (steps.equals("_")) {
        at++;
        continue;
      }
      Matcher step = STEPS.matcher(steps);
      if (!step.matches()) {
        throw new IllegalArgumentException(steps);
      }
      double from = Double.parseDouble(step.group(1));
      double by = step.group(2) == null ? 0 : Double.parseDouble(step.group(2));
      int more = step.group(3) == null ? 0 : Integer.parseInt(step.group(3));
      for (int i = 0; i <= more; i++) {
        samples.add(new double[] {at++ * interval, from + by * i});
      }
    }
    return new RecordedSeries(named.group(1), labels, samples);
  }

  /** Whether it is asked for, by matchers such as {@code =~ "SJ05.*"}. */
  boolean matches(String wanted, Map<String, String[]> matchers) {
    return name.equals(wanted)
        && matchers.entrySet().stream()
            .allMatch(
                each -> {
                  String value = labels.getOrDefault(each.getKey(), "");
                  String than = each.getValue()[1];
                  return switch (each.getValue()[0]) {
                    case "=" -> value.equals(than);
                    case "!=" -> !value.equals(than);
                    case "=~" -> value.matches(than);
                    case "!~" -> !value.matches(than);
                    default -> throw new IllegalArgumentException(Arrays.toString(each.getValue()));
                  };
                });
  }

  /** The value at a moment; NaN where there is none. */
  double at(double moment) {
    double value = Double.NaN;
    for (double[] sample : samples) {
      if (sample[0] <= moment && sample[0] > moment - LOOKBACK) {
        value = sample[1];
      }
    }
    return value;
  }

  /** By how much a counter has grown per second, in the time before a moment; NaN if unknown. */
  double rate(double moment, double range) {
    double[] first = null;
    double[] last = null;
    double grown = 0;
    for (double[] sample : samples) {
      if (sample[0] < moment - range || sample[0] > moment) {
        continue;
      }
      if (last != null) {
        grown += sample[1] < last[1] ? sample[1] : sample[1] - last[1]; // it began anew
      }
      first = first == null ? sample : first;
      last = sample;
    }
    return last == null || last == first ? Double.NaN : grown / (last[0] - first[0]);
  }
}
