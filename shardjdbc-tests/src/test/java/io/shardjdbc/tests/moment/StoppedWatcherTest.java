package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process is stopped while it ends a deadlock, which nobody else may do meanwhile. */
@LongRun
class StoppedWatcherTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  /** Starts it when there are accounts. */
  private static ForkedJvm fork(ShardDataSource dataSource) throws IOException, SQLException {
    Bank.fill(dataSource);
    List<String> arguments = new ArrayList<>();
    cluster.primaryUrls().forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
    return ForkedJvm.run(WatcherProgram.class, arguments.toArray(String[]::new));
  }

  @Test
  void othersEndTheirDeadlocksSoonAfterwards() throws Exception {
    Bank.createTables(cluster.primaryUrls());
    try (ShardDataSource dataSource = Bank.open(cluster.primaryUrls());
        ForkedJvm watcher = fork(dataSource)) {
      watcher.awaitLine("HELD");
      watcher.stop();
      List<Integer> accounts = new ArrayList<>();
      for (int account : Bank.onDifferentShards(dataSource, 2)) {
        accounts.add(Bank.neighbour(dataSource, account));
      }
      WaitCircle circle = WaitCircle.of(dataSource, accounts);
      circle.assertOneVictim();
      System.out.printf(
          "beside a watcher that was stopped, a circle lasted %d ms%n", circle.lasted().toMillis());
    }
  }
}
