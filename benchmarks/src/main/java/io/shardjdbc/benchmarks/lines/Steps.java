package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.micro.StepBenchmark;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What parsing, planning, routing and the ring cost, by JMH, in a JVM of their own. */
public final class Steps implements Line {

  private static final String BYTES = "gc.alloc.rate.norm";

  @Override
  public String name() {
    return "steps";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(StepBenchmark.class.getName())
                    .forks(1)
                    .warmupIterations(4)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(1))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .resultFormat(ResultFormatType.JSON)
                    .result(report.directory().resolve("jmh.json").toString())
                    .build())
            .run();
    Map<String, double[]> figures = new TreeMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      double nanos = result.getPrimaryResult().getScore();
      double bytes = Objects.requireNonNull(result.getSecondaryResults().get(BYTES)).getScore();
      figures.put(name.substring(name.lastIndexOf('.') + 1), new double[] {nanos, bytes});
    }
    held(report, "ring look-up, 16 shards", of(figures, "ring"), 25, 1);
    held(report, "routing a cached statement", of(figures, "route"), 200, 100);
    parsed(report, "parsing a point select", of(figures, "parsePoint"), 5_000);
    parsed(report, "parsing a 40-line join", of(figures, "parseJoin"), 60_000);
    told(report, "planning a point select", of(figures, "planPoint"));
    told(report, "planning a point select with another key", of(figures, "planLiteral"));
    told(report, "planning a 40-line join", of(figures, "planJoin"));
  }

  private static double[] of(Map<String, double[]> figures, String step) {
    return Objects.requireNonNull(figures.get(step), step);
  }

  private static void held(Report report, String line, double[] figures, double ns, double b) {
    report.add(Outcome.atMost(line, "time", ns, figures[0], "ns"));
    report.add(Outcome.atMost(line, "garbage", b, figures[1], "bytes"));
  }

  private static void parsed(Report report, String line, double[] figures, double nanos) {
    report.add(Outcome.atMost(line, "time", nanos, figures[0], "ns"));
    report.add(Outcome.told(line, "garbage", figures[1], "bytes"));
  }

  private static void told(Report report, String line, double[] figures) {
    report.add(Outcome.told(line, "time", figures[0], "ns"));
    report.add(Outcome.told(line, "garbage", figures[1], "bytes"));
  }
}
