package io.shardjdbc.tests.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.failover.FailoverCommand;
import io.shardjdbc.replication.failover.FailoverReport;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process that fails its shard over when the primary is gone, beside others that do the same.
 *
 * <p>Arguments: the URLs of the shard's nodes. It prints {@code WATCHING} once it knows the
 * primary, reads a line, and checks until another primary answers; then it prints {@code PROMOTED}
 * and the node if it has promoted one, else {@code FOLLOWS}.
 */
final class FailoverProgram {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long INTERVAL_NANOS = 200_000_000;

  private FailoverProgram() {}

  public static void main(String[] urls) throws IOException, SQLException {
    List<NodeConfiguration> nodes = Arrays.stream(urls).map(NodeConfiguration::of).toList();
    try (ShardDataSource dataSource =
        ShardDataSource.builder()
            .shard(
                new ShardConfiguration(
                    new ShardId("s0"), nodes.get(0), nodes.subList(1, nodes.size())))
            .tables(t -> t.sharded("kv", "k"))
            .build()) {
      FailoverCommand command = command(dataSource, Duration.ofMinutes(10));
      Deadline.in(PATIENCE)
          .await(
              "a primary answers", () -> command.check() instanceof FailoverReport.PrimaryAnswers);
      System.out.println("WATCHING");
      new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
      System.out.println(untilAnotherReigns(command));
    }
  }

  static FailoverCommand command(ShardDataSource dataSource, Duration maxExposure)
      throws SQLException {
    return dataSource
        .failover(new ShardId("s0"))
        .orElseThrow()
        .failures(2)
        .timeout(Duration.ofSeconds(1))
        .withoutFence()
        .maxExposure(maxExposure)
        .build();
  }

  /** Checks until a primary answers, which is another one than before. */
  static String untilAnotherReigns(FailoverCommand command) {
    FailoverReport.@Nullable Promoted promoted = null;
    Deadline deadline = Deadline.in(PATIENCE);
    while (!deadline.hasPassed()) {
      FailoverReport report = command.check();
      if (report instanceof FailoverReport.Promoted done) {
        promoted = done;
      } else if (report instanceof FailoverReport.PrimaryAnswers) {
        return promoted == null ? "FOLLOWS" : "PROMOTED " + promoted.node();
      }
      // How far checks are apart is a part of what is tried: two that fail in a row count.
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
    throw new IllegalStateException("no primary answers within " + PATIENCE);
  }
}
