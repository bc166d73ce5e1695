package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Plot;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.benchmarks.contest.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * How the throughput of point reads grows with the number of threads that read at once: threads of
 * the platform, and virtual ones where the JDK has them.
 */
public final class Threads implements Line {

  private static final int[] COUNTS = {1, 2, 4, 8, 16, 64};

  @Override
  public String name() {
    return "threads";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    Plot plot = new Plot("Point reads by threads", "threads", "thousand reads a second");
    grow(lab, report, plot, Workers.PLATFORM, "");
    if (Workers.VIRTUAL.exist()) {
      grow(lab, report, plot, Workers.VIRTUAL, ", virtual");
    }
    plot.write(report.directory().resolve("threads.svg"));
  }

  private static void grow(Lab lab, Report report, Plot plot, Workers workers, String kind)
      throws Exception {
    List<Double> threads = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int count : COUNTS) {
      String line = "point read, growth, " + count + " threads" + kind;
      List<Samples> both =
          new Contest(line, count, 25, lab.budget().dividedBy(4), workers)
              .between(
                  List.of(
                      new Contestant(
                          "ours",
                          turn -> PointRead.read(lab.ours(), PointRead.key(turn, Lab.KEYS))),
                      new Contestant(
                          "raw",
                          turn -> {
                            long key = PointRead.key(turn, Lab.KEYS);
                            PointRead.read(lab.raw(lab.owner(key)), key);
                          })),
                  report);
      threads.add((double) count);
      ours.add(count * 1e6 / both.get(0).nanos());
      theirs.add(count * 1e6 / both.get(1).nanos());
      report.add(Outcome.told(line, "throughput of raw", both.get(0).speedBeside(both.get(1)), ""));
    }
    plot.line("ours" + kind, threads, ours).line("raw" + kind, threads, theirs);
  }
}
