package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.failover.FailoverReport.Refused.Reason;
import io.shardjdbc.replication.probe.ConnectionSource;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.replication.watch.ShardWatch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Promotes a replica when the primary is gone, for shards that nothing else looks after.
 *
 * <p>Nobody needs it who has Patroni or the like; two of them on one shard do harm. It is never
 * used unless it is made and {@linkplain #check checked} explicitly, every {@link #interval} by a
 * scheduler of the caller. It may run in several processes, which should connect to the same
 * database of each server.
 *
 * <p>What keeps it from making a second primary:
 *
 * <ul>
 *   <li>The primary must have been silent in several checks in a row, each on a new connection, and
 *       once more right before the promotion. Any answer is a sign of life, an error too (a server
 *       with too many connections answers 53300), and so is an answer to a probe meanwhile.
 *   <li>No replica may hear from the primary, or be connected to it without having been silent for
 *       as long as its WAL receiver takes to ask for an answer (half of {@code
 *       wal_receiver_timeout}). Whenever one has heard from it, the count starts anew.
 *   <li>It needs a lock on a majority of the other nodes, and on every one that it can reach. The
 *       session that holds the candidate's lock is the one that promotes (see {@link Ballot}), so a
 *       process that lost its lock cannot promote any more.
 *   <li>Under the locks it looks once more whether anybody is a primary by now.
 *   <li>Then it has the former primary {@linkplain PrimaryFence fenced}, looks again, and promotes
 *       the replica that has received most by then.
 * </ul>
 *
 * <p>Without a fence, which has to be declared, it cannot stop a former primary that still runs
 * where neither this process nor a replica reaches it: clients that know only that one go on
 * writing to it, and those writes are lost. Users of this library are safe once they have seen the
 * new timeline. Other replicas have to be pointed to the new primary by whoever set them up.
 *
 * <p>The user needs {@code EXECUTE} on {@code pg_promote} and membership in {@code
 * pg_read_all_stats}. One thread at a time may check.
 */
public final class FailoverCommand {
  private static final Logger log = LoggerFactory.getLogger(FailoverCommand.class);

  private final ReplicaSet set;
  private final Duration interval;
  private final Duration timeout;
  private final int failuresNeeded;
  private final Duration maxExposure;

  private final PrimaryFence fence;
  private final Hearsay hearsay;

  private int watched = -1;
  private int failures;
  private OptionalLong lastAnswer = OptionalLong.empty();

  FailoverCommand(FailoverCommandBuilder from, PrimaryFence fence) {
    this.fence = fence;
    this.hearsay = new Hearsay(from.timeout);
    this.set = from.set;
    this.interval = from.interval;
    this.timeout = from.timeout;
    this.failuresNeeded = from.failures;
    this.maxExposure = from.maxExposure;
  }

  /** A builder for the failover of one shard. */
  public static FailoverCommandBuilder builder(ReplicaSet set) {
    return new FailoverCommandBuilder(set);
  }

  /** The time that is meant to lie between two checks. */
  public Duration interval() {
    return interval;
  }

  /** Asks the primary, counts, and promotes a replica if it has to be. Blocks while it does. */
  public FailoverReport check() {
    ShardWatch.Followed followed = set.watch().followed();
    if (followed.timeline() == 0) {
      return refused(Reason.NO_PRIMARY_KNOWN);
    }
    if (followed.node() != watched) {
      watched = followed.node();
      failures = 0;
    }
    NodeId node = set.nodes().get(watched).id();
    OptionalLong probed = set.watch().lastAnswer();
    if (isAlive(watched) || (failures > 0 && !probed.equals(lastAnswer))) {
      failures = 0;
      return new FailoverReport.PrimaryAnswers(node);
    }
    failures++;
    if (failures == 1) {
      lastAnswer = probed;
      hearsay.clear();
      hearsay.note(lookAtOthers());
    }
    return failures < failuresNeeded
        ? new FailoverReport.Counting(node, failures)
        : failOver(followed);
  }

  private Map<Integer, StandbyState> lookAtOthers() {
    Map<Integer, StandbyState> states = new HashMap<>();
    for (int node : others()) {
      try (Ballot ballot = open(node)) {
        states.put(node, ballot.look());
      } catch (SQLException e) {
        log.debug("shard {}: node {} cannot be reached", set.shard(), set.nodes().get(node), e);
      }
    }
    return states;
  }

  private FailoverReport failOver(ShardWatch.Followed followed) {
    Map<Integer, Ballot> ballots = new HashMap<>();
    try {
      for (int node : others()) {
        openInto(ballots, node);
      }
      return failOver(followed, ballots);
    } catch (SQLException e) {
      log.warn("shard {}: the failover did not succeed", set.shard(), e);
      return refused(Reason.PROMOTION_FAILED);
    } finally {
      ballots.values().forEach(this::close);
      set.askNow();
    }
  }

  private FailoverReport failOver(ShardWatch.Followed followed, Map<Integer, Ballot> ballots)
      throws SQLException {
    if (ballots.size() < others().size() / 2 + 1) {
      return refused(Reason.NO_MAJORITY);
    }
    for (Ballot ballot : ballots.values()) {
      if (!ballot.tryLock()) {
        return refused(Reason.OTHER_PROCESS);
      }
    }
    Map<Integer, StandbyState> states = look(ballots);
    Optional<Reason> objection = objection(followed, states);
    if (objection.isPresent()) {
      return refused(objection.get());
    }
    Candidate before = candidate(followed, states);
    if (before.objection().isPresent()) {
      return refused(before.objection().get());
    }
    if (isAlive(watched)) {
      failures = 0;
      return refused(Reason.PRIMARY_EXISTS);
    }
    NodeId former = set.nodes().get(watched).id();
    if (!isFenced(former)) {
      return refused(Reason.NOT_FENCED);
    }
    // What the primary still sent before it was stopped is on the replicas now.
    Map<Integer, StandbyState> now = look(ballots);
    if (now.values().stream().anyMatch(state -> !state.standby())) {
      return refused(Reason.PRIMARY_EXISTS); // the fence took its time, and somebody promoted
    }
    Candidate best = candidate(followed, now);
    if (best.objection().isPresent()) {
      return refused(best.objection().get());
    }
    NodeId heir = set.nodes().get(best.node()).id();
    return promote(ballots.get(best.node()), heir, best.exposure());
  }

  private static Map<Integer, StandbyState> look(Map<Integer, Ballot> ballots) throws SQLException {
    Map<Integer, StandbyState> states = new HashMap<>();
    for (Map.Entry<Integer, Ballot> entry : ballots.entrySet()) {
      states.put(entry.getKey(), entry.getValue().look());
    }
    return states;
  }

  /** What speaks against any promotion, whichever replica it would be. */
  private Optional<Reason> objection(
      ShardWatch.Followed followed, Map<Integer, StandbyState> states) {
    return switch (hearsay.judge(followed.systemId(), states)) {
      case SILENT -> Optional.empty();
      case PRIMARY_EXISTS -> Optional.of(Reason.PRIMARY_EXISTS);
      case FIRST_SEEN -> Optional.of(Reason.TOO_EARLY);
      case FED -> {
        failures = Math.min(failures, 1); // the count starts anew
        yield Optional.of(Reason.PRIMARY_FEEDS_REPLICAS);
      }
    };
  }

  private boolean isFenced(NodeId former) {
    try {
      fence.fence(former);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (Exception e) { // whatever it is, the primary may still run
      log.warn("shard {}: the former primary {} could not be fenced", set.shard(), former, e);
      return false;
    }
  }

  /** The replica that would be promoted, and what speaks against it. */
  private record Candidate(int node, Duration exposure, Optional<Reason> objection) {}

  private Candidate candidate(ShardWatch.Followed followed, Map<Integer, StandbyState> states) {
    int best = best(followed, states);
    StandbyState state = states.get(best);
    if (state == null) {
      return new Candidate(best, Duration.ZERO, Optional.of(Reason.NO_CANDIDATE));
    }
    Optional<Duration> exposure = set.watch().exposure(state.received());
    if (exposure.isEmpty() || exposure.get().compareTo(maxExposure) > 0) {
      return new Candidate(best, Duration.ZERO, Optional.of(Reason.TOO_FAR_BEHIND));
    }
    return new Candidate(best, exposure.get(), Optional.empty());
  }

  /** The replica of the primary's history that has received most; -1 if there is none. */
  private int best(ShardWatch.Followed followed, Map<Integer, StandbyState> states) {
    return states.entrySet().stream()
        .filter(entry -> entry.getValue().systemId() == followed.systemId())
        .filter(entry -> entry.getValue().timeline() == followed.timeline())
        .filter(entry -> set.nodes().get(entry.getKey()).use() == NodeUse.GENERAL)
        .max((a, b) -> Long.compareUnsigned(a.getValue().received(), b.getValue().received()))
        .map(Map.Entry::getKey)
        .orElse(-1);
  }

  private FailoverReport promote(@Nullable Ballot ballot, NodeId node, Duration exposure)
      throws SQLException {
    if (ballot == null || !ballot.promote()) {
      return refused(Reason.PROMOTION_FAILED);
    }
    failures = 0;
    log.warn("shard {}: promoted {}, exposure {}", set.shard(), node, exposure);
    return new FailoverReport.Promoted(node, exposure);
  }

  /** Whether a server answers as a primary, or at all with an error of its own. */
  private boolean isAlive(int node) {
    try (Ballot ballot = open(node)) {
      return !ballot.look().standby();
    } catch (SQLException e) {
      log.debug("shard {}: the primary does not answer as one", set.shard(), e);
      return isAnswer(e);
    }
  }

  /** Whether the server itself has said so; class 08 is what a client says of a connection. */
  private static boolean isAnswer(SQLException e) {
    String state = e.getSQLState();
    return state != null && !state.startsWith("08");
  }

  private void openInto(Map<Integer, Ballot> ballots, int node) {
    try {
      ballots.put(node, open(node));
    } catch (SQLException e) {
      log.debug("shard {}: a node cannot be reached", set.shard(), e);
    }
  }

  private Ballot open(int node) throws SQLException {
    ConnectionSource source = () -> set.nodes().get(node).connector().connect(timeout);
    return Ballot.open(source, Math.toIntExact(timeout.toMillis()));
  }

  private void close(Ballot ballot) {
    try {
      ballot.close();
    } catch (SQLException e) {
      log.debug("shard {}: a session did not end well", set.shard(), e);
    }
  }

  private List<Integer> others() {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < set.nodes().size(); i++) {
      if (i != watched) {
        others.add(i);
      }
    }
    return others;
  }

  private static FailoverReport refused(Reason reason) {
    return new FailoverReport.Refused(reason);
  }
}
