package io.shardjdbc.benchmarks;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures what a read of one key pays for the choice of a replica.
 *
 * <p>Two DataSources read the same rows from the same server: to the first it is the only node of
 * its shard, so nothing is probed and nothing is chosen; to the second it is the replica of a
 * primary that is probed beside it. What differs between them is the library's own work. The reads
 * take turns in short runs, in random order, so that whatever else the machine does befalls both
 * alike; a harness that measures one after the other would show the machine's moods, which are
 * greater than what is looked for. Differences are taken between neighbouring runs, and their
 * median is told with the quartiles of its bootstrap.
 */
public final class PointReads {

  private static final int KEYS = 10_000;
  private static final int READS_OF_A_RUN = 50;
  private static final int RUNS = Integer.getInteger("runs", 4_000);
  private static final int WARM_UP = RUNS / 4;
  private static final int RESAMPLES = 400;

  private final Random random = new Random(42);

  private PointReads() {}

  /** Runs it; {@code -Druns=N} for more or fewer pairs of runs of 50 reads. */
  public static void main(String[] arguments) throws SQLException {
    try (PostgresCluster cluster = PostgresCluster.builder().replicasPerShard(1).start()) {
      ClusterShard shard = cluster.shard("s0");
      try (Connection connection = shard.primary().connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
        statement.execute(
            "INSERT INTO users SELECT i, 'user' || i FROM generate_series(1, " + KEYS + ") i");
        statement.execute("VACUUM ANALYZE users");
      }
      shard.awaitReplication();
      String replica = shard.replicas().get(0).jdbcUrl("postgres");
      String primary = shard.primary().jdbcUrl("postgres");
      try (ShardDataSource off = dataSource(replica, List.of());
          ShardDataSource on = dataSource(primary, List.of(replica))) {
        new PointReads().measure(off, on);
      }
    }
  }

  private static ShardDataSource dataSource(String primary, List<String> replicas)
      throws SQLException {
    return ShardDataSource.builder()
        .shard(
            new ShardConfiguration(
                new ShardId("s0"),
                NodeConfiguration.of(primary),
                replicas.stream().map(NodeConfiguration::of).toList()))
        .tables(t -> t.sharded("users", "user_id"))
        .build();
  }

  private void measure(ShardDataSource off, ShardDataSource on) throws SQLException {
    awaitReplica(on);
    for (int i = 0; i < WARM_UP; i++) {
      run(off);
      run(on);
    }
    long[] withoutReplicas = new long[RUNS];
    long[] withReplicas = new long[RUNS];
    long[] differences = new long[RUNS];
    long onReplica = 0;
    for (int i = 0; i < RUNS; i++) {
      boolean offFirst = random.nextBoolean();
      long first = run(offFirst ? off : on);
      long second = run(offFirst ? on : off);
      withoutReplicas[i] = offFirst ? first : second;
      withReplicas[i] = offFirst ? second : first;
      differences[i] = withReplicas[i] - withoutReplicas[i];
      onReplica += servedByReplica(on) ? 1 : 0;
    }
    double[] bootstrap = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      bootstrap[i] = median(resample(differences));
    }
    Arrays.sort(bootstrap);
    System.out.printf(
        "point read: %.2f us with replicas off, %.2f us with replicas on (medians of %d runs of %d"
            + " reads)%n",
        micros(median(withoutReplicas)), micros(median(withReplicas)), RUNS, READS_OF_A_RUN);
    System.out.printf(
        "difference: %.2f us (median of neighbouring runs; 95 %% of resamples within %.2f and %.2f"
            + " us)%n",
        micros(median(differences)),
        micros(bootstrap[RESAMPLES / 40]),
        micros(bootstrap[RESAMPLES - 1 - RESAMPLES / 40]));
    System.out.printf("reads served by the replica: %.1f %%%n", 100.0 * onReplica / RUNS);
  }

  private static double micros(double nanosOfARun) {
    return nanosOfARun / READS_OF_A_RUN / 1_000;
  }

  private long run(ShardDataSource dataSource) throws SQLException {
    long start = System.nanoTime();
    for (int i = 0; i < READS_OF_A_RUN; i++) {
      read(dataSource, 1 + random.nextInt(KEYS));
    }
    return System.nanoTime() - start;
  }

  private static void read(ShardDataSource dataSource, long key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT name FROM users WHERE user_id = ?")) {
      select.setLong(1, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("no user " + key);
        }
      }
    }
  }

  private static void awaitReplica(ShardDataSource dataSource) throws SQLException {
    Deadline.in(Duration.ofSeconds(60))
        .await("the replica serves", () -> servedByReplica(dataSource));
  }

  private static boolean servedByReplica(ShardDataSource dataSource) throws SQLException {
    List<String> servers = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name FROM users WHERE user_id = 1")) {
      rows.next();
      dataSource.usage().stream()
          .filter(node -> node.lent() > 0)
          .forEach(node -> servers.add(node.node()));
    }
    return servers.equals(List.of("s0.replica-1"));
  }

  private long[] resample(long[] values) {
    long[] sample = new long[values.length];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[random.nextInt(values.length)];
    }
    return sample;
  }

  private static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
  }
}
