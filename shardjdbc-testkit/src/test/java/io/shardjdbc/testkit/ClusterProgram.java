package io.shardjdbc.testkit;

import java.nio.file.Path;
import java.util.List;

/** Starts a cluster in the directory given, says so, and lives until it is killed. */
final class ClusterProgram {

  private ClusterProgram() {}

  public static void main(String[] arguments) throws Exception {
    List<String> faults = List.of(arguments).subList(1, arguments.length);
    PostgresCluster cluster =
        PostgresCluster.builder().replicasPerShard(2).directory(Path.of(arguments[0])).start();
    ClusterShard shard = cluster.shard("s0");
    if (faults.contains("kill")) {
      shard.replicas().get(0).kill();
    }
    if (faults.contains("freeze")) {
      shard.replicas().get(1).freeze();
    }
    cluster.createDatabase("app");
    System.out.println("up as " + System.getProperty("user.name"));
    while (System.in.read() >= 0) {
      // Goes on until it is killed.
    }
    cluster.close();
    System.out.println("closed");
  }
}
