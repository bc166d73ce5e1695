package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationEvent.NodeFenced;
import io.shardjdbc.replication.ReplicationEvent.NodeSilent;
import io.shardjdbc.replication.ReplicationEvent.PrimaryChanged;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.set.OwnWrites;
import io.shardjdbc.replication.set.ProbeScheduler;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.set.ReplicaSetBuilder;
import io.shardjdbc.replication.watch.NodeSpec;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of all shards. Those that have replicas are watched from the first use of any on, by
 * one small set of threads for them all. Shards may join and leave.
 */
final class WatchedNodes implements ShardNodes {

  private final Configuration configuration;
  private final @Nullable Object metrics;
  private final Greetings greetings;
  private final TableDurability durability;
  private final Primaries alone = new Primaries();
  private volatile Map<ShardId, ShardConfiguration> shards = Map.of();
  private volatile Map<ShardId, Map<NodeId, NodePool>> watchedPools = Map.of();

  /** What this process has written there before, kept until the nodes are watched. */
  private final Map<ShardId, OwnWrites> written = new HashMap<>();

  private final Listeners listeners = new Listeners();
  private volatile @Nullable Map<ShardId, WatchedShard> watched;
  private @Nullable ProbeScheduler probing;
  private boolean closed;

  /**
   * @param metrics a registry that HikariCP knows; null for none
   */
  WatchedNodes(Configuration configuration, @Nullable Object metrics, Greetings greetings) {
    this.greetings = greetings;
    this.configuration = configuration;
    this.metrics = metrics;
    this.durability = new TableDurability(configuration);
    configuration.shards().forEach(this::add);
  }

  @Override
  public synchronized void add(ShardConfiguration shard) {
    if (shards.containsKey(shard.id())) {
      return;
    }
    if (shard.replicas().isEmpty()) {
      alone.add(pool(shard, Nodes.PRIMARY, shard.primary()));
    } else {
      Map<NodeId, NodePool> pools = new LinkedHashMap<>();
      shard.nodes().forEach((name, node) -> pools.put(new NodeId(name), pool(shard, name, node)));
      watchedPools = with(watchedPools, shard.id(), pools);
      written.put(shard.id(), OwnWrites.at(places(shard)));
    }
    shards = with(shards, shard.id(), shard);
    Map<ShardId, WatchedShard> started = watched;
    Map<NodeId, NodePool> pools = watchedPools.get(shard.id());
    if (started != null && pools != null) {
      watched = with(started, shard.id(), watch(shard, pools, scheduler()));
    }
  }

  private NodePool pool(ShardConfiguration shard, String name, NodeConfiguration node) {
    return Nodes.pool(configuration, shard, name, node, metrics, greetings);
  }

  @Override
  public synchronized void leave(ShardId shard) {
    shards = without(shards, shard);
    written.remove(shard);
    alone.remove(shard);
    Map<ShardId, WatchedShard> started = watched;
    WatchedShard left = started == null ? null : started.get(shard);
    if (started != null && left != null) {
      watched = without(started, shard);
      left.replicas().close();
    }
    Map<NodeId, NodePool> pools = watchedPools.get(shard);
    watchedPools = without(watchedPools, shard);
    if (pools != null) {
      pools.values().forEach(NodePool::retire);
    }
  }

  private static <T> Map<ShardId, T> with(Map<ShardId, T> all, ShardId shard, T one) {
    Map<ShardId, T> more = new LinkedHashMap<>(all);
    more.put(shard, one);
    return more;
  }

  private static <T> Map<ShardId, T> without(Map<ShardId, T> all, ShardId shard) {
    Map<ShardId, T> fewer = new LinkedHashMap<>(all);
    fewer.remove(shard);
    return fewer;
  }

  @Override
  public Loan lend(ShardId shard, Route route, Use use, ReadIntent intent) throws SQLException {
    WatchedShard nodes = watched().get(shard);
    return nodes == null ? alone.lendPrimary(shard) : nodes.lend(route, use, intent);
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
      alone.wrote(shard, keys);
    }
  }

  @Override
  public synchronized Runnable unseenWrites(ShardId shard) {
    OwnWrites replicated = written.get(shard);
    return replicated != null ? replicated.unseen() : alone.unseenWrites(shard);
  }

  @Override
  public List<NodePool> pools() {
    List<NodePool> pools = new ArrayList<>();
    for (ShardConfiguration shard : shards.values()) {
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
      Map<ShardId, WatchedShard> started = new LinkedHashMap<>();
      watchedPools.forEach((id, pools) -> started.put(id, watch(shard(id), pools, scheduler())));
      watched = started;
      return started;
    }
    return shards;
  }

  @Override
  public boolean staysReadOnly(ShardId shard) {
    return shard(shard).primary().staysReadOnly();
  }

  private ShardConfiguration shard(ShardId id) {
    return Objects.requireNonNull(shards.get(id), "a shard that is there");
  }

  /** Starts with the first shard that has replicas. */
  private ProbeScheduler scheduler() {
    ProbeScheduler started = probing;
    if (started == null) {
      started = ProbeScheduler.start();
      probing = started;
    }
    return started;
  }

  private WatchedShard watch(
      ShardConfiguration shard, Map<NodeId, NodePool> pools, ProbeScheduler scheduler) {
    ShardId id = shard.id();
    ReplicaSetBuilder builder =
        ReplicaSet.builder(id.name())
            .settings(configuration.reads())
            .scheduler(scheduler)
            .listener(event -> heard(id, event));
    configuration.hedging().ifPresent(builder::hedging);
    shard.nodes().forEach((name, node) -> builder.node(spec(new NodeId(name), node)));
    builder.places(places(shard));
    return new WatchedShard(builder.build(), pools);
  }

  private static List<String> places(ShardConfiguration shard) {
    return shard.nodes().values().stream().map(node -> NodeAddress.place(node.url())).toList();
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
    Map<ShardId, WatchedShard> started;
    ProbeScheduler scheduler;
    synchronized (this) {
      closed = true;
      started = watched;
      scheduler = probing;
    }
    if (started != null) {
      started.values().forEach(shard -> shard.replicas().close());
    }
    if (scheduler != null) {
      scheduler.close();
    }
    watchedPools.values().forEach(pools -> pools.values().forEach(NodePool::close));
    alone.close();
  }
}
