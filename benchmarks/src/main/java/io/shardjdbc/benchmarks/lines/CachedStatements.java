package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.micro.Fixture;
import io.shardjdbc.benchmarks.micro.Texts;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much memory the plan of a statement takes, with nothing of it shared. */
public final class CachedStatements implements Line {

  private static final int TEXTS = 500;
  private static final int GOAL = 4_096;

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public void measure(Lab lab, Report report) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a point select", Texts.POINT_SELECT);
    texts.put("an update by key", "UPDATE users SET name = ?, email = ? WHERE user_id = ?");
    texts.put("an insert", "INSERT INTO users (user_id, name, email) VALUES (?, ?, ?)");
    texts.put("a 40-line join", Texts.join());
    texts.forEach(
        (what, text) ->
            report.add(Outcome.atMost("heap of " + what, "kept", GOAL, bytesOf(text), "bytes")));
  }

  private static double bytesOf(String text) {
    Planner planner = Fixture.planner();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      texts.add(text + " -- " + i);
    }
    planner.plan(text);
    long before = used();
    List<Plan> kept = new ArrayList<>(TEXTS);
    texts.forEach(each -> kept.add(planner.plan(each)));
    long after = used();
    if (kept.size() != texts.size()) {
      throw new IllegalStateException("plans are missing");
    }
    return (double) (after - before) / TEXTS;
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
