package io.shardjdbc.benchmarks;

import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.lines.BatchInsert;
import io.shardjdbc.benchmarks.lines.CachedStatements;
import io.shardjdbc.benchmarks.lines.Decisions;
import io.shardjdbc.benchmarks.lines.DistinctTexts;
import io.shardjdbc.benchmarks.lines.Lab;
import io.shardjdbc.benchmarks.lines.Line;
import io.shardjdbc.benchmarks.lines.ManyShards;
import io.shardjdbc.benchmarks.lines.Moments;
import io.shardjdbc.benchmarks.lines.Opening;
import io.shardjdbc.benchmarks.lines.PeerReads;
import io.shardjdbc.benchmarks.lines.PlayedRead;
import io.shardjdbc.benchmarks.lines.PointRead;
import io.shardjdbc.benchmarks.lines.PointWrite;
import io.shardjdbc.benchmarks.lines.ScatterReads;
import io.shardjdbc.benchmarks.lines.Steps;
import io.shardjdbc.benchmarks.lines.StoredMaps;
import io.shardjdbc.benchmarks.lines.StreamedRows;
import io.shardjdbc.benchmarks.lines.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Measures every line of the table of goals in one run, and fails where one is missed.
 *
 * <p>{@code -Dbenchmark.seconds=N} is how long one contest lasts, {@code -Dbenchmark.results=DIR}
 * where the results go. Arguments name the lines to measure, {@code growth} for those with plots,
 * or {@code all}.
 */
public final class Benchmarks {

  private static final String ALL = "all";
  private static final String GROWTH = "growth";
  private static final List<String> GROWING = List.of("threads", "texts", "shards");
  private static final List<Line> LINES =
      List.of(
          new PointRead(),
          new PlayedRead(),
          new StoredMaps(),
          new PointWrite(),
          new BatchInsert(),
          new ScatterReads(),
          new PeerReads(),
          new Moments(),
          new StreamedRows(),
          new Threads(),
          new DistinctTexts(),
          new ManyShards(),
          new Decisions(),
          new Opening(),
          new CachedStatements(),
          new Steps());

  private Benchmarks() {}

  /** Exits with 1 where a goal is missed. */
  public static void main(String[] arguments) throws Exception {
    Duration budget = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 12));
    Path results = Path.of(System.getProperty("benchmark.results", "target/results"));
    List<String> wanted = List.of(String.join(" ", arguments).strip().split("\\s+"));
    boolean good;
    try (Lab lab = Lab.start(budget);
        Report report = new Report(results)) {
      for (Line line : LINES) {
        boolean grows = wanted.contains(GROWTH) && GROWING.contains(line.name());
        if (grows || wanted.contains(ALL) || wanted.contains(line.name())) {
          long begin = System.nanoTime();
          line.measure(lab, report);
          double seconds = (System.nanoTime() - begin) / 1e9;
          report.add(Outcome.told("the line " + line.name(), "took", seconds, "s"));
        }
      }
      good = report.isGood();
    }
    System.out.println("results are in " + results.toAbsolutePath());
    System.exit(good ? 0 : 1);
  }
}
