package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Account;
import io.shardjdbc.testkit.server.Installation;
import io.shardjdbc.testkit.server.LocalMachine;
import io.shardjdbc.testkit.server.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the servers of a {@link PostgresCluster}.
 *
 * <p>All shards at once: a fresh directory with a system identifier of its own, so that a replica
 * cannot follow the wrong shard; cold copies of it for the replicas; then the primary, whose port
 * is certain only once it listens; then its replicas.
 */
final class LocalStart {

  private static final long BYTES_PER_NODE = 128L << 20;

  private LocalStart() {}

  static PostgresCluster start(ClusterShape shape) {
    return start(shape, Account.choose());
  }

  static PostgresCluster start(ClusterShape shape, Account account) {
    Installation installation =
        Installation.of(shape.version().major(), shape.version().artifactVersion(), account);
    Path directory = shape.directory();
    try {
      Workspace workspace =
          directory == null
              ? Workspace.create(shape.nodes() * BYTES_PER_NODE, installation.platform())
              : Workspace.createIn(directory, installation.platform());
      try {
        List<List<LocalMachine>> machines = place(shape, installation, workspace);
        Parallel.each(machines, shard -> startShard(shape, shard));
        return new PostgresCluster(shape.version(), workspace, ClusterShard.of(machines));
      } catch (Throwable e) {
        workspace.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("a cluster did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a cluster was starting", e);
    }
  }

  private static List<List<LocalMachine>> place(
      ClusterShape shape, Installation installation, Workspace workspace) throws IOException {
    List<List<LocalMachine>> shards = new ArrayList<>();
    for (int s = 0; s < shape.shards(); s++) {
      List<LocalMachine> shard = new ArrayList<>();
      for (int n = 1; n <= 1 + shape.replicasPerShard(); n++) {
        shard.add(new LocalMachine("s" + s + "-" + n, installation, workspace.directory()));
      }
      shards.add(shard);
    }
    return shards;
  }

  private static void startShard(ClusterShape shape, List<LocalMachine> machines)
      throws IOException, SQLException, InterruptedException {
    LocalMachine primary = machines.get(0);
    List<LocalMachine> replicas = machines.subList(1, machines.size());
    primary.initialize(shape.collation().initdbArguments(shape.version()), shape.allSettings());
    for (LocalMachine replica : replicas) {
      replica.copyCold(primary);
    }
    Deadline deadline = Deadline.in(ClusterShard.PATIENCE);
    primary.boot();
    deadline.await(primary.name() + " is up", primary::ready);
    for (LocalMachine replica : replicas) {
      replica.becomeStandby(primary.peerEndpoint());
      replica.boot();
    }
    for (LocalMachine replica : replicas) {
      deadline.await(replica.name() + " is up", replica::ready);
    }
    NodeReplay.awaitStreaming(new ClusterNode(primary), replicas.size(), deadline);
  }
}
