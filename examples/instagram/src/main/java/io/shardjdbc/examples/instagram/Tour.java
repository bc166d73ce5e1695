package io.shardjdbc.examples.instagram;

import io.shardjdbc.routing.Router;
import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Makes the application's five requests of the shards and of one PostgreSQL, many times each. */
final class Tour {

  private static final int WIDEST_LINE = 100;
  private static final long SEED = 7;

  private final Deployment deployment;
  private final SampleData data;
  private final int runs;
  private final PrintStream out;

  Tour(Deployment deployment, SampleData data, int runs, PrintStream out) {
    this.deployment = deployment;
    this.data = data;
    this.runs = runs;
    this.out = out;
  }

  /** A request of the application, by random numbers that are the same for everybody asked. */
  private interface Visit {
    Object make(Instagram app, int run, int random) throws Exception;
  }

  /** Returns whether all answers were the same. */
  boolean run() throws Exception {
    out.println("\na profile");
    explain(Instagram.PROFILE, user(1));
    boolean same = visit((app, run, random) -> app.profile(user(random)));

    out.println("\na timeline");
    explain(Instagram.TIMELINE, user(1));
    same &= visit((app, run, random) -> app.timeline(user(random)));

    out.println("\na like, and how many there are");
    explain(Instagram.LIKE, data.popularPost(1), user(1), SampleData.START);
    explain(Instagram.LIKES, data.popularPost(1));
    OffsetDateTime now = SampleData.START.plusDays(1);
    same &= visit((app, run, random) -> app.like(data.popularPost(random), user(run), now));

    out.println("\na comment thread");
    explain(Instagram.THREAD, data.popularPost(1));
    same &= visit((app, run, random) -> app.thread(data.popularPost(random)));

    out.println("\nthe home feed of a user who follows 300 others");
    explain(Instagram.FOLLOWED, SampleData.READER);
    explain(Instagram.feedOf(300), LongStream.rangeClosed(1, 300).boxed().toArray());
    same &= visit((app, run, random) -> app.feed(SampleData.READER));
    return same;
  }

  private long user(int number) {
    return number % data.users() + 1L;
  }

  private boolean visit(Visit visit) throws Exception {
    Map<String, Instagram> apps = new LinkedHashMap<>();
    apps.put("4 shards", new Instagram(deployment.sharded()));
    apps.put("1 server", new Instagram(deployment.single()));
    Object[][] answers = new Object[apps.size()][runs];
    int asked = 0;
    for (Map.Entry<String, Instagram> app : apps.entrySet()) {
      int warmUp = runs / 5;
      Latencies.of(warmUp, request(visit, app.getValue()), new Object[warmUp]);
      Latencies latencies = Latencies.of(runs, request(visit, app.getValue()), answers[asked++]);
      out.println("  " + app.getKey() + ": " + latencies);
    }
    boolean same = Arrays.equals(answers[0], answers[1]);
    out.println("  " + runs + " answers " + (same ? "equal" : "DIFFER"));
    return same;
  }

  private static Latencies.Request request(Visit visit, Instagram app) {
    Random random = new Random(SEED);
    return run -> visit.make(app, run, random.nextInt(Integer.MAX_VALUE));
  }

  private void explain(String sql, Object... values) {
    Router router = deployment.sharded().router();
    router
        .explain(sql, values)
        .lines()
        .map(Tour::cropped)
        .forEach(line -> out.println("    " + line));
  }

  private static String cropped(String line) {
    return line.length() <= WIDEST_LINE ? line : line.substring(0, WIDEST_LINE - 3) + "...";
  }
}
