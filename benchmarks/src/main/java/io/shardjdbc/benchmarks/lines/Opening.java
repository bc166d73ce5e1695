package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From the start of a JVM to the first point read on each of four shards, with 1,000 tables in the
 * database: in processes of their own, in turn with bare pools.
 */
public final class Opening implements Line {

  private static final int TABLES = 1_000;
  private static final int PAIRS = 5;
  private static final String OURS = "ours";
  private static final int GOAL_MILLIS = 300;

  @Override
  public String name() {
    return "opening";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      Lab.execute(
          lab.raw(shard),
          "DO $$ BEGIN FOR i IN 1.."
              + TABLES
              + " LOOP EXECUTE format('CREATE TABLE other_%s (id bigint PRIMARY KEY, a text)', i);"
              + " END LOOP; END $$");
    }
    double[] wall = new double[PAIRS];
    double[] processor = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      long[] ours = child(lab, OURS);
      long[] raw = child(lab, "raw");
      wall[i] = ours[0] - raw[0];
      processor[i] = ours[1] - raw[1];
    }
    String line = "opening, to the first answers of 4 shards";
    Arrays.sort(wall);
    Arrays.sort(processor);
    report.add(Outcome.atMost(line, "longer than bare pools", GOAL_MILLIS, wall[PAIRS / 2], "ms"));
    report.add(Outcome.told(line, "processor time more", processor[PAIRS / 2], "ms"));
  }

  private static long[] child(Lab lab, String who) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Opening.class.getName(), who));
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      command.add(lab.url(shard));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the child failed: " + said);
    }
    String[] numbers = said.strip().split(" ", 2);
    return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
  }

  /** The child: opens, reads a row of each shard, and says how long it took since its start. */
  public static void main(String[] arguments) throws SQLException {
    List<String> urls = List.of(arguments).subList(1, arguments.length);
    if (arguments[0].equals(OURS)) {
      ShardDataSourceBuilder builder = ShardDataSource.builder();
      for (int shard = 0; shard < urls.size(); shard++) {
        builder.shard("s" + shard, urls.get(shard));
      }
      try (ShardDataSource ours = builder.tables(t -> t.sharded("users", "user_id")).build()) {
        for (int shard = 0; shard < urls.size(); shard++) {
          PointRead.read(ours, keyOf(ours, shard));
        }
        say();
      }
    } else {
      List<HikariDataSource> pools = new ArrayList<>();
      for (String url : urls) {
        HikariDataSource pool = Lab.pool(url);
        pools.add(pool);
        Lab.execute(pool, "SELECT name FROM users WHERE user_id = 1");
      }
      say();
      pools.forEach(HikariDataSource::close);
    }
  }

  private static long keyOf(ShardDataSource ours, int shard) throws SQLException {
    long key = 0;
    while (!ours.shardOf("users", key).name().equals("s" + shard)) {
      key++;
    }
    return key;
  }

  private static void say() {
    long began = ManagementFactory.getRuntimeMXBean().getStartTime();
    long wall = System.currentTimeMillis() - began;
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.println(wall + " " + system.getProcessCpuTime() / 1_000_000);
  }
}
