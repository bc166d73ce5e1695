package io.shardjdbc.examples.reshard;

import io.shardjdbc.examples.instagram.Instagram;
import io.shardjdbc.examples.instagram.Loader;
import io.shardjdbc.examples.instagram.SampleData;
import io.shardjdbc.examples.instagram.Schema;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.testkit.ClusterShard;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The demo: load, let people work, let a shard join, compare. It ends with 0 if all was well. */
public final class Demo {
  private final PrintStream out;
  private final boolean terminal;
  private final Duration before;
  private final Duration pace;

  /**
   * @param terminal whether a line can be written over
   * @param before how long people work before anything moves
   * @param pace between two requests of a user
   */
  Demo(PrintStream out, boolean terminal, Duration before, Duration pace) {
    this.out = out;
    this.terminal = terminal;
    this.before = before;
    this.pace = pace;
  }

  /** Runs the demo with 10,000 users. */
  public static void main(String[] arguments) throws Exception {
    boolean terminal = System.getenv("TERM") != null;
    Demo demo = new Demo(System.out, terminal, Duration.ofSeconds(5), Duration.ZERO);
    if (!demo.run(SampleData.full())) {
      System.exit(1);
    }
  }

  /** Whether all was well. */
  boolean run(SampleData data) throws Exception {
    title("Starting 5 servers; the application knows 4 of them");
    try (Fleet fleet = Fleet.start();
        Resharding mover = fleet.mover()) {
      createTables(fleet);
      fleet.install(mover);
      new Loader(fleet.application(), out).load(data);
      Schema.analyze(fleet.application());
      Equality equality = new Equality(fleet, out);

      title("Who owns how much of the keys");
      Watch.owners(mover.map(), out);
      Users users = new Users(new Instagram(fleet.application()), data, pace);
      boolean well;
      try (users) {
        title("People work, and nothing moves");
        new CountDownLatch(1).await(before.toMillis(), TimeUnit.MILLISECONDS);
        show(users.waits());
        join(fleet, mover, users);
        well = users.failures().isEmpty();
        users.failures().forEach(failure -> out.println("  FAILED: " + failure));
      }
      title("Every row, compared");
      well &= equality.holds(users);
      well &= mover.audit().isEmpty();
      title(well ? "All as before, on 5 shards" : "NOT EQUAL: this is a bug, please report it");
      return well;
    }
  }

  /** On each server: who knows four shards does not come to the fifth. */
  private static void createTables(Fleet fleet) throws SQLException {
    for (ClusterShard shard : fleet.servers()) {
      try (Connection connection = fleet.direct(shard);
          Statement statement = connection.createStatement()) {
        for (String sql : Schema.STATEMENTS) {
          statement.execute(sql);
        }
      }
    }
  }

  private void join(Fleet fleet, Resharding mover, Users users) throws SQLException {
    title("s4 joins, and takes its part from each of the others");
    mover.join(Fleet.NEW, fleet.reach(Fleet.NEW), List.of("countries"));
    List<Moving> moves = new Reshaping(mover.map()).fill(Fleet.NEW);
    Watch watch = new Watch(out, terminal, moves.size());
    mover.telling(watch).make(moves);
    out.println();
    show(users.waits());
    out.printf(
        Locale.ROOT,
        "  rows that moved were held for %.0f ms at most%n",
        watch.longestPause().toNanos() / 1e6);
    title("Who owns how much of the keys now");
    Watch.owners(mover.map(), out);
  }

  private void show(Users.Waits waits) {
    out.printf(
        Locale.ROOT,
        "  %,d requests: 99 of 100 within %.1f ms, the slowest took %.1f ms%n",
        waits.requests(),
        waits.p99().toNanos() / 1e6,
        waits.slowest().toNanos() / 1e6);
  }

  private void title(String text) {
    out.println("\n== " + text);
  }
}
