package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The published rules over series as a cluster would have them: which alerts fire, when, and with
 * which words. {@code promtool test rules} runs the same file.
 */
class AlertRulesTest {

  private static final Path DIRECTORY = Path.of("../docs/observability");

  @Test
  void rulesFireWhenTheyShouldAndNotBefore() throws IOException {
    Map<String, Map<?, ?>> rules = rules();
    Set<String> fired = new HashSet<>();
    Map<?, ?> file = map(read("alerts.test.yaml"));
    double step = RuleExpression.seconds(String.valueOf(file.get("evaluation_interval")));
    for (Object each : list(file.get("tests"))) {
      Map<?, ?> test = map(each);
      List<RecordedSeries> series = series(test);
      for (Object one : list(test.get("alert_rule_test"))) {
        Map<?, ?> expectation = map(one);
        String name = String.valueOf(expectation.get("alertname"));
        double moment = RuleExpression.seconds(String.valueOf(expectation.get("eval_time")));
        Set<Map<String, String>> expected = new HashSet<>();
        list(expectation.get("exp_alerts")).forEach(alert -> expected.add(told(map(alert))));
        assertThat(rules).containsKey(name);
        assertThat(firing(rules.get(name), series, moment, step))
            .as("%s: %s at %s", test.get("name"), name, expectation.get("eval_time"))
            .isEqualTo(expected);
        if (!expected.isEmpty()) {
          fired.add(name);
        }
      }
    }
    assertThat(fired).as("each rule fires in some test").isEqualTo(rules.keySet());
  }

  private static List<RecordedSeries> series(Map<?, ?> test) {
    double interval = RuleExpression.seconds(String.valueOf(test.get("interval")));
    return list(test.get("input_series")).stream()
        .map(AlertRulesTest::map)
        .map(
            its ->
                RecordedSeries.of(
                    String.valueOf(its.get("series")), String.valueOf(its.get("values")), interval))
        .toList();
  }

  /** What has been true at each look for as long as the rule waits. */
  private static Set<Map<String, String>> firing(
      Map<?, ?> rule, List<RecordedSeries> series, double moment, double step) {
    RuleExpression.Part expression = RuleExpression.parse(String.valueOf(rule.get("expr")));
    double patience =
        rule.containsKey("for") ? RuleExpression.seconds(String.valueOf(rule.get("for"))) : 0;
    Map<SortedMap<String, String>, Double> since = new TreeMap<>(AlertRulesTest::compare);
    for (double at = 0; at <= moment; at += step) {
      Set<SortedMap<String, String>> now = expression.at(series, at).rows().keySet();
      since.keySet().retainAll(now);
      for (SortedMap<String, String> labels : now) {
        since.putIfAbsent(labels, at);
      }
    }
    Set<Map<String, String>> firing = new HashSet<>();
    since.forEach(
        (labels, from) -> {
          if (moment - from >= patience) {
            Map<String, String> alert = new TreeMap<>(labels);
            map(rule.get("labels")).forEach((k, v) -> alert.put(k + "", v + ""));
            String summary = String.valueOf(map(rule.get("annotations")).get("summary"));
            for (Map.Entry<String, String> label : labels.entrySet()) {
              summary = summary.replace("{{ $labels." + label.getKey() + " }}", label.getValue());
            }
            alert.put("summary", summary);
            firing.add(alert);
          }
        });
    return firing;
  }

  private static int compare(Map<String, String> one, Map<String, String> other) {
    return one.toString().compareTo(other.toString());
  }

  private static Map<String, String> told(Map<?, ?> alert) {
    Map<String, String> told = new TreeMap<>();
    map(alert.get("exp_labels")).forEach((k, v) -> told.put(k + "", v + ""));
    told.put("summary", String.valueOf(map(alert.get("exp_annotations")).get("summary")));
    return told;
  }

  private static Map<String, Map<?, ?>> rules() throws IOException {
    Map<String, Map<?, ?>> rules = new TreeMap<>();
    for (Object group : list(map(read("alerts.yaml")).get("groups"))) {
      for (Object rule : list(map(group).get("rules"))) {
        rules.put(String.valueOf(map(rule).get("alert")), map(rule));
      }
    }
    return rules;
  }

  private static Object read(String file) throws IOException {
    return new Load(LoadSettings.builder().build())
        .loadFromString(Files.readString(DIRECTORY.resolve(file)));
  }

  private static Map<?, ?> map(Object node) {
    return (Map<?, ?>) node;
  }

  private static List<?> list(Object node) {
    return node == null ? List.of() : new ArrayList<>((List<?>) node);
  }
}
