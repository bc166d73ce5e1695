package io.shardjdbc.examples.instagram;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** The demo: start, load, ask, compare. It ends with 0 if everything was equal, else with 1. */
public final class Demo {

  private final PrintStream out;
  private final int replicas;
  private final int runs;

  /**
   * @param replicas of each shard
   * @param runs how often each request is made
   */
  Demo(PrintStream out, int replicas, int runs) {
    this.out = out;
    this.replicas = replicas;
    this.runs = runs;
  }

  /** Runs the demo with 10,000 users. */
  public static void main(String[] arguments) throws Exception {
    if (!new Demo(System.out, 2, 1_000).run(SampleData.full())) {
      System.exit(1);
    }
  }

  /** Returns whether everything was equal. */
  boolean run(SampleData data) throws Exception {
    long start = System.nanoTime();
    title(
        String.format(
            Locale.ROOT,
            "Starting 4 shards, replicas of each: %d, and 1 PostgreSQL to compare with",
            replicas));
    try (Deployment deployment = Deployment.start(replicas)) {
      out.print(deployment.configuration());

      title("Loading through the DataSource over 4 shards");
      Schema.create(deployment.sharded());
      new Loader(deployment.sharded(), out).load(data);
      Schema.analyze(deployment.sharded());

      title("Loading the same into one PostgreSQL");
      Schema.create(deployment.single());
      new Loader(deployment.single(), out).load(data);
      Schema.analyze(deployment.single());

      title("How the rows lie on the shards");
      Spread.show(deployment, out);

      title(String.format(Locale.ROOT, "Five requests, %,d times each, and where they go", runs));
      boolean equal = new Tour(deployment, data, runs, out).run();

      title("Every row, compared");
      Proof proof = new Proof(deployment, out);
      equal &= proof.tablesAreEqual();
      equal &= proof.feedIsRight();

      Duration took = Duration.ofNanos(System.nanoTime() - start);
      title(
          String.format(
              Locale.ROOT,
              "%s, in %.0f s",
              equal ? "All equal to one PostgreSQL" : "NOT EQUAL: this is a bug, please report it",
              took.toMillis() / 1e3));
      return equal;
    }
  }

  private void title(String text) {
    out.println("\n== " + text);
  }
}
