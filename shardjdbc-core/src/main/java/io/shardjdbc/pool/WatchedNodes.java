package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.NodeSpec;
import io.shardjdbc.replication.ProbeScheduler;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReplicaSet;
import io.shardjdbc.replication.ReplicaSetBuilder;
import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationEvent.NodeFenced;
import io.shardjdbc.replication.ReplicationEvent.NodeSilent;
import io.shardjdbc.replication.ReplicationEvent.PrimaryChanged;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of shards of which some have replicas: those are watched from the first use of any on, by
 * one small set of threads for them all.
 */
final class WatchedNodes implements ShardNodes {

  private final Configuration configuration;
  private final TableDurability durability;
  private final Primaries alone;
  private final Map<ShardId, Map<NodeId, NodePool>> watchedPools = new LinkedHashMap<>();
  private final Listeners listeners = new Listeners();
  private volatile @Nullable Map<ShardId, WatchedShard> watched;
  private @Nullable ProbeScheduler probing;
  private boolean closed;

  /**
   * @param alone the pools of shards without replicas
   */
  WatchedNodes(Configuration configuration, Map<ShardId, NodePool> alone) {
    this.configuration = configuration;
    this.durability = new TableDurability(configuration);
    this.alone = new Primaries(alone, durability);
    for (ShardConfiguration shard : configuration.shards()) {
      if (!alone.containsKey(shard.id())) {
        Map<NodeId, NodePool> pools = new LinkedHashMap<>();
        shard
            .nodes()
            .forEach(
                (name, node) ->
                    pools.put(new NodeId(name), Nodes.pool(configuration, shard, name, node)));
        watchedPools.put(shard.id(), pools);
      }
    }
  }

  @Override
  public Loan lend(ShardId shard, Route route, Use use, ReadIntent intent) throws SQLException {
    WatchedShard nodes = watched().get(shard);
    return nodes == null ? alone.lend(shard, route, use, intent) : nodes.lend(route, use, intent);
  }

  @Override
  public Loan lendPrimary(ShardId shard) throws SQLException {
    WatchedShard nodes = watched().get(shard);
    return nodes == null ? alone.lendPrimary(shard) : nodes.lendPrimary();
  }

  @Override
  public NodePool primary(ShardId shard) throws SQLException {
    WatchedShard nodes = watched().get(shard);
    return nodes == null ? alone.primary(shard) : nodes.primary();
  }

  @Override
  public void wrote(ShardId shard, KeyHashes keys, Outcome outcome, ReadIntent intent) {
    Map<ShardId, WatchedShard> shards = watched;
    WatchedShard nodes = shards == null ? null : shards.get(shard);
    if (nodes != null) {
      nodes.wrote(keys, outcome, intent);
    } else {
      alone.wrote(shard, keys, outcome, intent);
    }
  }

  @Override
  public List<NodePool> pools() {
    List<NodePool> pools = new ArrayList<>();
    for (ShardConfiguration shard : configuration.shards()) {
      Map<NodeId, NodePool> nodes = watchedPools.get(shard.id());
      if (nodes != null) {
        pools.addAll(nodes.values());
      } else {
        alone.pools().stream().filter(pool -> pool.shard().equals(shard.id())).forEach(pools::add);
      }
    }
    return pools;
  }

  private Map<ShardId, WatchedShard> watched() throws SQLException {
    Map<ShardId, WatchedShard> shards = watched;
    return shards != null ? shards : start();
  }

  private synchronized Map<ShardId, WatchedShard> start() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the DataSource");
    }
    Map<ShardId, WatchedShard> shards = watched;
    if (shards == null) {
      ProbeScheduler scheduler = ProbeScheduler.start();
      probing = scheduler;
      Map<ShardId, WatchedShard> started = new LinkedHashMap<>();
      watchedPools.forEach((id, pools) -> started.put(id, watch(id, pools, scheduler)));
      watched = started;
      return started;
    }
    return shards;
  }

  private WatchedShard watch(ShardId id, Map<NodeId, NodePool> pools, ProbeScheduler scheduler) {
    ReplicaSetBuilder builder =
        ReplicaSet.builder(id.name())
            .settings(configuration.reads())
            .scheduler(scheduler)
            .listener(event -> heard(id, event));
    configuration.hedging().ifPresent(builder::hedging);
    configuration
        .shard(id)
        .nodes()
        .forEach((name, node) -> builder.node(spec(new NodeId(name), node)));
    builder.places(
        configuration.shard(id).nodes().values().stream()
            .map(node -> NodeAddress.place(node.url()))
            .toList());
    return new WatchedShard(builder.build(), pools);
  }

  private static NodeSpec spec(NodeId id, NodeConfiguration node) {
    return new NodeSpec(id, new ProbeConnector(node), node.zone().orElse(null), node.use());
  }

  /**
   * Ends what can end no other way: requests to a server that says nothing any more, and those to
   * one that another server has replaced, lest it takes writes that nobody will see.
   */
  private void heard(ShardId shard, ReplicationEvent event) {
    if (event instanceof NodeSilent silent) {
      cut(shard, silent.node());
    } else if (event instanceof NodeFenced fenced) {
      cut(shard, fenced.node());
    } else if (event instanceof PrimaryChanged changed && changed.to().isPresent()) {
      changed
          .from()
          .filter(from -> !changed.to().equals(Optional.of(from)))
          .ifPresent(from -> cut(shard, from));
    }
    listeners.on(event);
  }

  private void cut(ShardId shard, NodeId node) {
    NodePool pool = watchedPools.getOrDefault(shard, Map.of()).get(node);
    if (pool != null) {
      pool.cut();
    }
  }

  @Override
  public @Nullable Durability durabilityOf(Route route) {
    return durability.of(route);
  }

  @Override
  public Optional<ReplicaSet> replicas(ShardId shard) throws SQLException {
    return Optional.ofNullable(watched().get(shard)).map(WatchedShard::replicas);
  }

  @Override
  public void addListener(ReplicationListener listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    Map<ShardId, WatchedShard> shards;
    ProbeScheduler scheduler;
    synchronized (this) {
      closed = true;
      shards = watched;
      scheduler = probing;
    }
    if (shards != null) {
      shards.values().forEach(shard -> shard.replicas().close());
    }
    if (scheduler != null) {
      scheduler.close();
    }
    watchedPools.values().forEach(pools -> pools.values().forEach(NodePool::close));
    alone.close();
  }
}
