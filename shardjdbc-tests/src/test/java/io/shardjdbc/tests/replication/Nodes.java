package io.shardjdbc.tests.replication;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.set.ProbeScheduler;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.set.ReplicaSetBuilder;
import io.shardjdbc.replication.watch.NodeConnector;
import io.shardjdbc.replication.watch.NodeSpec;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;

/** A shard's nodes, each behind a proxy: how replica sets and clients reach them. */
final class Nodes implements AutoCloseable {
  private final ClusterShard shard;
  private final String database;
  private final Map<String, TcpProxy> proxies = new LinkedHashMap<>();

  private final List<Long> promotions = new CopyOnWriteArrayList<>();

  Nodes(ClusterShard shard) {
    this(shard, "postgres");
  }

  /** The same, where requests go to a database other than the servers' own. */
  Nodes(ClusterShard shard, String database) {
    this.shard = shard;
    this.database = database;
    shard.nodes().forEach(node -> proxies.put(node.name(), node.proxy()));
  }

  ClusterShard shard() {
    return shard;
  }

  /** Notes that a promotion begins, whose former primary answers no more. */
  void promotionBegins() {
    promotions.add(System.nanoTime());
  }

  /**
   * When the first promotion behind a time began, by {@link System#nanoTime()}; if there is none,
   * the last one before, whose former primary may have answered once more; 0 before any.
   */
  long promotionAfter(long time) {
    return promotions.stream()
        .filter(start -> start - time > 0)
        .findFirst()
        .orElseGet(() -> promotions.isEmpty() ? 0L : promotions.get(promotions.size() - 1));
  }

  ClusterNode node(String name) {
    return shard.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
  }

  /** The name of the server of a port. */
  String nameOf(int port) {
    return shard.nodes().stream()
        .filter(node -> node.port() == port)
        .map(ClusterNode::name)
        .findFirst()
        .orElseThrow();
  }

  TcpProxy proxy(ClusterNode node) {
    TcpProxy proxy = proxies.get(node.name());
    if (proxy == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return proxy;
  }

  /** A builder that knows all nodes, the primary first. */
  ReplicaSetBuilder replicaSet(ReadSettings settings, ProbeScheduler scheduler) {
    ReplicaSetBuilder builder =
        ReplicaSet.builder(shard.name()).settings(settings).scheduler(scheduler);
    for (ClusterNode node : shard.nodes()) {
      builder.node(NodeSpec.of(node.name(), connector(node)));
    }
    return builder;
  }

  NodeConnector connector(ClusterNode node) {
    return NodeConnector.to(node.jdbcUrl(database, proxy(node)), new Properties());
  }

  /** A DataSource of the shard, of which {@code kv} is the one table. */
  ShardDataSource dataSource(ReadSettings settings) throws SQLException {
    return builder(List.of(this), settings).build();
  }

  /** A DataSource of several shards. */
  static ShardDataSource dataSource(List<Nodes> shards, ReadSettings settings) throws SQLException {
    return builder(shards, settings).build();
  }

  /** The same, asking a second replica where the first takes long. */
  ShardDataSource dataSource(ReadSettings settings, HedgeSettings hedging) throws SQLException {
    return builder(List.of(this), settings).hedging(hedging).build();
  }

  /** All nodes of shards, of which {@code kv} is the one table. */
  static ShardDataSourceBuilder builder(List<Nodes> shards, ReadSettings settings) {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (Nodes each : shards) {
      List<NodeConfiguration> nodes =
          each.shard.nodes().stream()
              .map(node -> NodeConfiguration.of(node.jdbcUrl(each.database, each.proxy(node))))
              .toList();
      builder.shard(
          new ShardConfiguration(
              new ShardId(each.shard.name()), nodes.get(0), nodes.subList(1, nodes.size())));
    }
    return builder
        .tables(ChaosRun::declare)
        .reads(settings)
        .pool(
            new PoolConfiguration(
                8, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(5)));
  }

  /** A connection for requests, whose every operation ends in time. */
  Connection connect(String name) throws SQLException {
    ClusterNode node = node(name);
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "1");
    Connection connection =
        DriverManager.getConnection(node.jdbcUrl(database, proxy(node)), properties);
    connection.setNetworkTimeout(Runnable::run, 800);
    return connection;
  }

  @Override
  public void close() {
    proxies.values().forEach(TcpProxy::close);
  }
}
