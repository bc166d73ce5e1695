package io.shardjdbc.replication.set;

import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.choose.DemandingReads;
import io.shardjdbc.replication.choose.Hedging;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.replication.choose.NodeUnavailableException.Reason;
import io.shardjdbc.replication.choose.ReadChooser;
import io.shardjdbc.replication.choose.RememberedWrites;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.probe.ProbeLoop;
import io.shardjdbc.replication.watch.Choice;
import io.shardjdbc.replication.watch.NodeActivity;
import io.shardjdbc.replication.watch.NodeSpec;
import io.shardjdbc.replication.watch.ShardView;
import io.shardjdbc.replication.watch.ShardWatch;
import io.shardjdbc.replication.watch.UseSignal;
import io.shardjdbc.replication.watch.ViewCell;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One shard's primary and replicas: says which node serves a read or a write.
 *
 * <p>A request goes like this:
 *
 * <pre>{@code
 * Choice choice = replicas.chooseRead(intent, keyHash);      // or chooseWrite()
 * PhysicalConnection c = pool(choice.node()).borrow();
 * if (!choice.covers(c.openedAt())) { ... }                  // see Choice.covers
 * replicas.started(choice);
 * try {
 *   ... // run the statement, read the result
 *   replicas.succeeded(choice, intent, elapsedNanos);
 * } catch (SQLException e) {
 *   replicas.failed(choice, intent, e);
 * }
 * }</pre>
 *
 * <p>and after each acknowledged write, before the caller hears of it, {@link #written(long...)}.
 * Nodes, connections and SQL stay with the caller; a replica set only opens one small connection to
 * each node for probing it.
 *
 * <p>Until the first probes have answered, the first node given to the builder counts as the
 * primary, and no replica is used.
 *
 * <p>Thread-safe. Choosing takes no lock, and allocates nothing for intents without token, session
 * and analytics; only reads with a token and sequential ones may wait.
 */
public final class ReplicaSet implements AutoCloseable {
  private final String shard;
  private final List<NodeSpec> nodes;
  private final ReadSettings settings;
  private final Ticks ticks;
  private final ShardWatch watch;
  private final ViewCell cell;
  private final ReadChooser chooser;
  private final DemandingReads demanding;
  private final RememberedWrites writes;
  private final NodeActivity activity;
  private final Hedging hedging;
  private final UseSignal use = new UseSignal();
  private final ProbeLoop loop;

  private volatile boolean closed;

  ReplicaSet(ReplicaSetBuilder from) {
    this.shard = from.shard;
    this.nodes = List.copyOf(from.nodes);
    this.settings = from.settings;
    this.ticks = new Ticks(from.clock);
    this.hedging = new Hedging(from.hedging);
    this.activity = new NodeActivity(from.nodes.size());
    this.watch = new ShardWatch(shard, from.watches(), settings, ticks, from.listener);
    this.cell = watch.cell();
    this.chooser = new ReadChooser(shard, settings, activity);
    this.loop = from.loop(ticks, watch, use);
    this.writes = new RememberedWrites(settings, ticks, from.places);
    this.demanding = new DemandingReads(shard, settings, ticks, chooser, cell, loop::nudge);
    use.onWake(loop::nudge);
  }

  /** A builder, for the shard of this name. */
  public static ReplicaSetBuilder builder(String shard) {
    return new ReplicaSetBuilder(shard);
  }

  void start() {
    loop.start();
  }

  /** What is seen of the nodes. */
  public ShardWatch watch() {
    return watch;
  }

  /** The nodes, in the order of the configuration. */
  public List<NodeSpec> nodes() {
    return nodes;
  }

  /** Makes the probe ask all nodes as soon as possible. */
  public void askNow() {
    loop.nudge();
  }

  /** The shard's name. */
  public String shard() {
    return shard;
  }

  /** The settings it was built with. */
  public ReadSettings settings() {
    return settings;
  }

  /**
   * The node for a read of one shard key.
   *
   * @param keyHash any hash of the key, the same that is given to {@link #written(long...)}
   * @throws NodeUnavailableException if no node may serve it now
   */
  public Choice chooseRead(ReadIntent intent, long keyHash) throws NodeUnavailableException {
    long now = ticks.now();
    return choose(intent, writes.since(keyHash, now), now);
  }

  /**
   * The node for a read of several shard keys, at least one.
   *
   * @throws NodeUnavailableException if no node may serve it now
   */
  public Choice chooseRead(ReadIntent intent, long[] keyHashes) throws NodeUnavailableException {
    long now = ticks.now();
    return choose(intent, writes.since(keyHashes, now), now);
  }

  /**
   * The node for a read that is not pinned to one shard key: it sees every write of this process to
   * the shard.
   *
   * @throws NodeUnavailableException if no node may serve it now
   */
  public Choice chooseRead(ReadIntent intent) throws NodeUnavailableException {
    long now = ticks.now();
    return choose(intent, writes.sinceForAll(now), now);
  }

  /** A replica within a read's bound of lag, to be {@linkplain #awaitReplayed proved}, or else. */
  public Choice chooseNear(ReadIntent intent) throws NodeUnavailableException {
    begin();
    return demanding.near(intent, chooser.freshness(intent, ticks.now(), 0));
  }

  /** Whether a choice's node is shown to have replayed a position; see {@link Choice#covers}. */
  public boolean awaitReplayed(Choice choice, long openedAt, WalPosition position, Duration wait) {
    return demanding.awaitReplayed(choice, openedAt, position, Ticks.nanos(wait));
  }

  /**
   * The node for a write, and for every statement of a transaction that may write.
   *
   * @throws NodeUnavailableException at once, if there is no primary now
   */
  public Choice chooseWrite() throws NodeUnavailableException {
    begin();
    return chooser.primary(cell.get());
  }

  /**
   * The node for a write of a session.
   *
   * @throws NodeUnavailableException if there is no primary now, or if a failover may have lost an
   *     earlier write of the session ({@link Reason#SESSION_WRITES_IN_DOUBT})
   */
  public Choice chooseWrite(ReadSession session) throws NodeUnavailableException {
    Choice primary = chooseWrite();
    if (session.on(shard).mayHaveLostWrites(watch.terms())) {
      throw new NodeUnavailableException(shard, Reason.SESSION_WRITES_IN_DOUBT);
    }
    return primary;
  }

  /** Whether a node is the primary now; for requests that began when it was. */
  public boolean isPrimary(NodeId node) {
    Choice primary = cell.get().primary();
    return primary != null && primary.node().equals(node);
  }

  private Choice choose(ReadIntent intent, long written, long now) throws NodeUnavailableException {
    begin();
    long freshness = chooser.freshness(intent, now, written);
    if (ReadChooser.isSimple(intent)) {
      return chooser.simple(cell.get(), intent, freshness);
    }
    return demanding.choose(intent, freshness, now);
  }

  /**
   * What is known now about the node of an earlier choice, if it may serve this read, too; empty if
   * it may not. It waits for nothing.
   *
   * @param keyHashes empty for a read that is not pinned to shard keys
   */
  public Optional<Choice> again(Choice first, ReadIntent intent, long[] keyHashes) {
    ShardView view = cell.get();
    Choice primary = view.primary();
    if (first.isPrimary()) {
      return primary != null && primary.index() == first.index() && ReadChooser.isSimple(intent)
          ? Optional.of(primary)
          : Optional.empty();
    }
    if (intent.isPrimary() || closed) {
      return Optional.empty();
    }
    long now = ticks.now();
    long freshness = chooser.freshness(intent, now, writes.since(keyHashes, now));
    return Optional.ofNullable(demanding.again(first, intent, freshness, now));
  }

  /**
   * Waits, if need be, until what is known about the node of a choice holds for a physical
   * connection that was younger; empty if that takes longer than a probe may, or if the node does
   * not do for the read any more.
   *
   * @param openedAt see {@link Choice#covers}
   */
  public Optional<Choice> awaitCovering(
      Choice choice, long openedAt, ReadIntent intent, long[] keyHashes) {
    return demanding.covering(openedAt, () -> again(choice, intent, keyHashes));
  }

  /**
   * Another replica that may serve a read as well as the one that takes long; empty if there is
   * none, or if the share of reads that may be asked twice is used up. Only for reads without a
   * session.
   *
   * @param first the choice that takes long
   * @param keyHashes none for a read that is not pinned to shard keys
   */
  public Optional<Choice> hedge(Choice first, ReadIntent intent, long... keyHashes) {
    if (!hedging.isOn() || first.isPrimary() || first.isStale() || intent.session().isPresent()) {
      return Optional.empty();
    }
    long now = ticks.now();
    long freshness = chooser.freshness(intent, now, writes.since(keyHashes, now));
    return demanding.another(first, intent, freshness, now).filter(other -> hedging.take());
  }

  /**
   * After how long a read is worth a {@link #hedge}; empty if hedging is off or little is known.
   */
  public Optional<Duration> hedgeDelay() {
    return hedging.delay();
  }

  /**
   * A write to these shard keys was acknowledged. To be called before the caller hears of it.
   *
   * @param keyHashes any hashes of the keys, the same that are given to {@link #chooseRead}
   */
  public void written(long... keyHashes) {
    writes.acknowledged(keyHashes);
  }

  /** A write was acknowledged of which the keys are not known: it counts for every key. */
  public void writtenAll() {
    writes.acknowledgedForAll();
  }

  /**
   * The commit of a write to these shard keys has an unknown outcome. It may yet happen, so reads
   * of the keys go to the primary for as long as writes are remembered.
   */
  public void inDoubt(long... keyHashes) {
    writes.inDoubt(keyHashes);
  }

  /** The commit of a write of which the keys are not known has an unknown outcome. */
  public void inDoubtAll() {
    writes.inDoubtForAll();
  }

  /** A session has written; besides {@link #written(long...)}. */
  public void written(ReadSession session) {
    session.on(shard).wrote(ticks.now(), watch.terms().current());
  }

  /** A request is sent to the chosen node; {@link #succeeded} or {@link #failed} follows. */
  public void started(Choice choice) {
    activity.started(choice.index());
  }

  /**
   * A request that was {@linkplain #started} is done; for a read, when its result has been read.
   *
   * @param elapsedNanos how long it took
   */
  public void succeeded(Choice choice, ReadIntent intent, long elapsedNanos) {
    answered(choice, intent, elapsedNanos);
    ended(choice);
  }

  /**
   * A read that was {@linkplain #started} has seen what it will see, though its request goes on.
   *
   * @param elapsedNanos how long it took
   */
  public void answered(Choice choice, ReadIntent intent, long elapsedNanos) {
    seen(choice, intent);
    if (!choice.isPrimary()) {
      hedging.took(elapsedNanos);
    }
  }

  /**
   * A request that was {@linkplain #started} has failed. If the error speaks of the server or the
   * connection rather than of the statement, the node is probed at once, and a replica is out of
   * use until it has answered.
   */
  public void failed(Choice choice, ReadIntent intent, SQLException error) {
    seen(choice, intent);
    ended(choice);
    troubled(choice, error);
  }

  /** As {@link #failed}, of a request that was not {@linkplain #started} or is not over. */
  public void troubled(Choice choice, SQLException error) {
    if (ServerTrouble.isIn(error)) {
      if (!choice.isPrimary()) {
        watch.suspect(choice.index());
      }
      loop.nudge();
    }
  }

  /** A request that was {@linkplain #started} is over, its result read or given up. */
  public void ended(Choice choice) {
    activity.ended(choice.index());
  }

  private void seen(Choice choice, ReadIntent intent) {
    ReadSession session = intent.session().orElse(null);
    if (session != null) {
      session.on(shard).ended(choice.index(), choice.generation(), ticks.now());
    }
  }

  /** The shard's level now. */
  public DegradationLevel level() {
    return cell.get().level();
  }

  /** What is known about each node, in the order of the configuration. */
  public List<NodeHealth> health() {
    return watch.health(activity);
  }

  /**
   * Makes sure that a durability can be had from the primary as the last probe saw it.
   *
   * @throws NodeUnavailableException if it needs a synchronous standby and there is none
   */
  public void checkDurability(Durability durability) throws NodeUnavailableException {
    SynchronousStandbys.demand(durability, shard, watch.standbys());
  }

  /**
   * Waits until every node was probed once, well or not.
   *
   * @return whether that is so; false after the time-out, or if the thread was interrupted
   */
  public boolean awaitFirstProbes(Duration timeout) {
    return cell.await(watch::wasProbed, Ticks.nanos(timeout), ticks::now);
  }

  private void begin() throws NodeUnavailableException {
    if (closed) {
      throw new NodeUnavailableException(shard, Reason.CLOSED);
    }
    use.mark();
  }

  /** Ends probing and closes the probe's connections, without waiting for any server. */
  @Override
  public void close() {
    closed = true;
    loop.close();
  }
}
