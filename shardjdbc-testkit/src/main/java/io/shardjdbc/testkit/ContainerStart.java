package io.shardjdbc.testkit;

import io.shardjdbc.testkit.container.ContainerMachine;
import io.shardjdbc.testkit.container.DockerHost;
import io.shardjdbc.testkit.server.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Starts the servers of a {@link ContainerCluster}: all shards at once, replicas as base backups.
 */
final class ContainerStart {

  private ContainerStart() {}

  static ContainerCluster start(ClusterShape shape) {
    // Testcontainers is on the class path, also where this library is a module.
    Module self = ContainerStart.class.getModule();
    self.addReads(ContainerStart.class.getClassLoader().getUnnamedModule());
    DockerHost docker;
    try {
      docker = DockerHost.connect(shape.image());
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "Testcontainers is missing: add the test dependency org.testcontainers:testcontainers",
          e);
    }
    try {
      return new ContainerCluster(
          shape.version(), docker, startShards(shape, docker::startMachine));
    } catch (Throwable e) {
      docker.close();
      throw e;
    }
  }

  /** Where a machine of a name comes from. */
  interface MachineSource {
    ContainerMachine start(String name) throws IOException;
  }

  static List<ClusterShard> startShards(ClusterShape shape, MachineSource source) {
    Map<Integer, List<ContainerMachine>> machines =
        Collections.synchronizedMap(new LinkedHashMap<>());
    List<Integer> numbers = IntStream.range(0, shape.shards()).boxed().toList();
    try {
      Parallel.each(numbers, shard -> machines.put(shard, startShard(shape, "s" + shard, source)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("a cluster did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a cluster was starting", e);
    }
    return ClusterShard.of(numbers.stream().map(machines::get).toList());
  }

  private static List<ContainerMachine> startShard(
      ClusterShape shape, String name, MachineSource source) throws IOException, SQLException {
    Deadline deadline = Deadline.in(ClusterShard.PATIENCE);
    List<ContainerMachine> shard = new ArrayList<>();
    for (int node = 1; node <= 1 + shape.replicasPerShard(); node++) {
      shard.add(source.start(name + "-" + node));
    }
    ContainerMachine primary = shard.get(0);
    Map<String, String> settings = Settings.common(shape.version().major());
    settings.put("listen_addresses", "*");
    settings.putAll(shape.allSettings());
    primary.initialize(shape.collation().initdbArguments(shape.version()), settings);
    primary.boot();
    deadline.await(primary.name() + " is up", primary::ready);
    for (ContainerMachine replica : shard.subList(1, shard.size())) {
      replica.copyFrom(primary);
      replica.becomeStandby(primary.peerEndpoint());
      replica.boot();
      deadline.await(replica.name() + " is up", replica::ready);
    }
    NodeReplay.awaitStreaming(new ClusterNode(primary), shard.size() - 1, deadline);
    return shard;
  }
}
