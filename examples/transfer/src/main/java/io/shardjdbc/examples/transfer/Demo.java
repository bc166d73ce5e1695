package io.shardjdbc.examples.transfer;

import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The demo: move money, kill at random, prove. It ends with 0 if the proof holds, else with 1. */
public final class Demo {

  private static final String DATABASE = "bank";
  private static final int WORKERS = 2;

  private final PrintStream out;
  private final Random random;
  private final Duration pace;
  private final Queue<String> applied = new ConcurrentLinkedQueue<>();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private int started;
  private int killedWorkers;
  private int killedServers;

  /**
   * @param seed of who is killed
   * @param pace between two transfers of a thread
   */
  Demo(PrintStream out, long seed, Duration pace) {
    this.out = out;
    this.random = new Random(seed);
    this.pace = pace;
  }

  /** Runs the demo for 60 s, or as many as the first argument says. */
  public static void main(String[] arguments) throws Exception {
    long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 60;
    if (!new Demo(System.out, System.nanoTime(), Duration.ZERO).run(Duration.ofSeconds(seconds))) {
      System.exit(1);
    }
  }

  /** Returns whether the proof holds. */
  boolean run(Duration time) throws Exception {
    out.println("== Starting 4 shards");
    try (PostgresCluster cluster = PostgresCluster.builder().shards(4).start()) {
      cluster.createDatabase(DATABASE);
      Map<String, String> urls = cluster.primaryUrls(DATABASE);
      try (Bank bank = Bank.open(urls)) {
        bank.create();
      }
      out.printf("== Moving money for %d s, and killing%n", time.toSeconds());
      long start = System.nanoTime();
      for (int i = 0; i < WORKERS; i++) {
        workers.add(worker(urls));
      }
      Deadline end = Deadline.in(time);
      while (!end.hasPassed()) {
        pause(Duration.ofMillis(Math.min(2_000, time.toMillis() / 4 + 1)), end);
        killSomething(cluster, urls);
      }
      for (WorkerProcess worker : workers) {
        worker.stop();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      out.printf("workers killed: %d; servers killed: %d%n", killedWorkers, killedServers);
      throughput(seconds);
      out.println("== The proof");
      recover(urls);
      boolean holds = new Proof(urls, out).holds(applied);
      out.println(holds ? "== All of it holds" : "== BROKEN: this is a bug, please report it");
      return holds;
    }
  }

  private WorkerProcess worker(Map<String, String> urls) throws Exception {
    return WorkerProcess.start("w" + started++, pace, urls, applied);
  }

  private void pause(Duration time, Deadline end) {
    Deadline pause = Deadline.in(time);
    end.await("the pause is over", () -> pause.hasPassed() || end.hasPassed());
  }

  private void killSomething(PostgresCluster cluster, Map<String, String> urls) throws Exception {
    if (random.nextBoolean()) {
      int which = random.nextInt(workers.size());
      workers.get(which).kill();
      workers.set(which, worker(urls));
      killedWorkers++;
    } else {
      List<ClusterNode> nodes = cluster.nodes();
      ClusterNode node = nodes.get(random.nextInt(nodes.size()));
      node.kill();
      node.start();
      killedServers++;
    }
  }

  private void throughput(double seconds) {
    for (Way way : Way.values()) {
      long count = applied.stream().filter(line -> line.startsWith(way + " ")).count();
      out.printf(
          Locale.ROOT,
          "%-10s %,7d transfers acknowledged, %,.0f a second%n",
          way,
          count,
          count / seconds);
    }
  }

  /** What any process would do sooner or later, now. */
  private static void recover(Map<String, String> urls) throws Exception {
    try (Bank bank = Bank.open(urls)) {
      Deadline.in(Duration.ofSeconds(60))
          .await(
              "nothing is in doubt, and every saga has ended",
              () -> {
                bank.dataSource().transactions().recover();
                bank.sagas().recover();
                return bank.dataSource().transactions().inDoubt().isEmpty() && ended(urls);
              });
    }
  }

  private static boolean ended(Map<String, String> urls) throws java.sql.SQLException {
    for (String url : urls.values()) {
      try (var connection = java.sql.DriverManager.getConnection(url);
          var statement = connection.createStatement();
          var row =
              statement.executeQuery(
                  "SELECT 1 FROM shardjdbc.saga WHERE status IN ('running', 'compensating')")) {
        if (row.next()) {
          return false;
        }
      }
    }
    return true;
  }
}
