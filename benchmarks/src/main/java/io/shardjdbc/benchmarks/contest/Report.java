package io.shardjdbc.benchmarks.contest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run writes down, in one directory: {@code raw.csv} with every round, {@code results.csv}
 * and {@code results.md} with the table of goals, and plots.
 */
public final class Report implements AutoCloseable {

  private final Path directory;
  private final StringBuilder raw =
      new StringBuilder("line,threads,contestant,round,nanos,processor_nanos,bytes\n");
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * @param directory is made where it is not there
   */
  public Report(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** Where plots go. */
  public Path directory() {
    return directory;
  }

  void raw(Contest contest, List<Samples> all) {
    for (Samples samples : all) {
      int round = 0;
      for (Samples.Sample sample : samples.rounds()) {
        raw.append(
            String.format(
                Locale.ROOT,
                "\"%s\",%d,%s,%d,%.1f,%.1f,%.1f%n",
                contest.line(),
                contest.threads(),
                samples.name(),
                round++,
                sample.nanos(),
                sample.processor(),
                sample.bytes()));
      }
    }
  }

  /** Takes a figure, and says it. */
  public void add(Outcome outcome) {
    outcomes.add(outcome);
    System.out.println(row(outcome));
  }

  /** Whether every goal is met. */
  public boolean isGood() {
    return outcomes.stream().allMatch(Outcome::isMet);
  }

  /** The figures so far. */
  public List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private static String row(Outcome it) {
    String met = it.sense() == Outcome.Sense.TOLD ? "" : it.isMet() ? "yes" : "**no**";
    String ratio =
        it.sense() == Outcome.Sense.TOLD ? "" : String.format(Locale.ROOT, "%.2f", it.ratio());
    return "| "
        + String.join(" | ", it.line(), it.measure(), it.goalText(), it.valueText(), ratio, met)
        + " |";
  }

  /** The table of goals, as Markdown. */
  String table() {
    StringBuilder text =
        new StringBuilder(
            "| Work | Figure | Goal | Result | To goal | Met |\n|---|---|---|---|---|---|\n");
    outcomes.forEach(outcome -> text.append(row(outcome)).append('\n'));
    return text.toString();
  }

  @Override
  public void close() {
    StringBuilder csv = new StringBuilder("line,measure,sense,goal,value,unit,met\n");
    for (Outcome it : outcomes) {
      csv.append(
          String.format(
              Locale.ROOT,
              "\"%s\",\"%s\",%s,%s,%s,%s,%s%n",
              it.line(),
              it.measure(),
              it.sense(),
              it.goal(),
              it.value(),
              it.unit(),
              it.isMet()));
    }
    try {
      Files.writeString(directory.resolve("raw.csv"), raw);
      Files.writeString(directory.resolve("results.csv"), csv);
      Files.writeString(directory.resolve("results.md"), Machine.described() + "\n\n" + table());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
