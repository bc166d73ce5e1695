package io.shardjdbc.session;

import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.Sight;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Of what moment a transaction sees its shards.
 *
 * <p>Above read committed it is one moment, that of its first statement. No two shards have one in
 * common unless it is {@linkplain JoiningAtOnce taken for all} of them at once; else the
 * transaction stays on one shard. Which one need not be known yet: every shard answers alike where
 * constants, settings and reference tables are read. Then {@linkplain ShardMoments every shard
 * takes its snapshot} while that first statement runs, and the first one that needs a certain shard
 * finds there the moment that one server would have shown it.
 */
final class Isolation {

  private static final String READ = "read ";
  private static final String REPEATABLE_READ = "repeatable read";

  private final List<Held> participants;
  private final IsolationOverShards policy;
  private final Set<List<String>> copies = new LinkedHashSet<>(2);
  private boolean looked;
  private boolean undecided;
  private @Nullable Held chosen;
  private @Nullable String level;
  private @Nullable List<ShardId> wished;
  private Duration limit = Duration.ZERO;
  private boolean mayUseReplicas;
  private boolean leftReplicas;
  private boolean common;

  Isolation(List<Held> participants, IsolationOverShards policy) {
    this.participants = participants;
    this.policy = policy;
  }

  /**
   * Wishes that it sees these shards of one moment, whatever else is set.
   *
   * @param onReplicas whether replicas will do for all that it runs
   * @param limit how long it may be looked for, if that is less than usual; zero for no limit
   */
  void wishCommonMoment(List<ShardId> shards, boolean onReplicas, Duration limit) {
    wished = List.copyOf(shards);
    this.limit = limit;
    mayUseReplicas = onReplicas;
  }

  /**
   * Whether replicas may show the one moment of its participants.
   *
   * @param readsOnly whether it was declared to
   */
  boolean mayUseReplicas(boolean readsOnly) {
    return !leftReplicas && (wished == null ? readsOnly : mayUseReplicas);
  }

  /** Says that a replica has not come to its moment, so that primaries have to show it. */
  void leaveReplicas() {
    leftReplicas = true;
  }

  /** How long it may be looked for, if that is less than usual; zero for no limit. */
  Duration limit() {
    return limit;
  }

  /** Which shards have to show one moment, where that is wished; null where its level says. */
  @Nullable List<ShardId> wished() {
    return wished;
  }

  /** Whether its first statement may have to take one moment for all shards. */
  boolean mayNeedCommonMoment() {
    return participants.isEmpty() && (wished != null || policy == IsolationOverShards.SNAPSHOT);
  }

  /** Whether its level asks for one moment of all shards, where it is one that shows one moment. */
  boolean isOfAllShards() {
    return REPEATABLE_READ.equals(level);
  }

  /** Notes that all of its participants show one moment. */
  void hasCommonMoment() {
    common = true;
  }

  /** Whether all of its participants show one moment. */
  boolean isOfCommonMoment() {
    return common;
  }

  /** Whether a statement says the same on every shard, so that none has to be chosen for it. */
  static boolean mayWait(Route route) {
    Sight sight = sightOf(route);
    return sight != null
        && !sight.ofServer()
        && (route.effect() == Effect.READ || route.effect() == Effect.READ_ON_PRIMARY);
  }

  /** Whether a statement fixes the moment that its transaction sees. */
  static boolean isOfMoment(Route route) {
    Sight sight = sightOf(route);
    return sight == null || sight.ofMoment();
  }

  private static @Nullable Sight sightOf(Route route) {
    DirectRoute direct = route.direct();
    return direct == null ? null : direct.sight();
  }

  /** Notes what is about to run. */
  void sees(Route route) {
    Sight sight = sightOf(route);
    looked |= sight == null || sight.ofMoment();
    if (undecided && sight != null) {
      copies.addAll(sight.copies());
    }
  }

  /** Whether the participants can be left for another shard, where only one may be seen. */
  boolean mayMove() throws SQLException {
    learn();
    return isOfOneMoment() && !looked;
  }

  /** Refuses a second shard where the shards would show different moments. */
  void admitSecond(ShardId shard) throws SQLException {
    learn();
    if (isOfOneMoment()) {
      throw SqlErrors.of(
          ErrorCode.ISOLATION_OVER_SHARDS,
          String.valueOf(level).toUpperCase(Locale.ROOT),
          participants.get(0).shard(),
          shard);
    }
  }

  /** Refuses another connection where all show one moment, for it would show a later one. */
  void requireNoCommonMoment(ShardId shard) throws SQLException {
    if (common) {
      boolean onReplicas = participants.stream().anyMatch(Held::isOnReplica);
      throw SqlErrors.of(
          onReplicas ? ErrorCode.SNAPSHOT_ON_REPLICA : ErrorCode.SNAPSHOT_LOST, shard);
    }
  }

  /** Whether no second shard may be seen. */
  boolean isOfOneMomentNow() throws SQLException {
    learn();
    return isOfOneMoment();
  }

  /** Whether its only participant has to be asked of what moment it is, before it has looked. */
  boolean mayBeginUndecided(Route route) {
    return participants.size() == 1
        && !looked
        && !common
        && policy != IsolationOverShards.ALLOW
        && mayWait(route)
        && isOfMoment(route);
  }

  /** Notes that each participant has a snapshot, and none is chosen. */
  void leaveOpen() {
    undecided = true;
  }

  /** Whether each participant has a snapshot, and none is chosen. */
  boolean isUndecided() {
    return undecided;
  }

  /** The reference tables that were read before a shard was chosen. */
  Set<List<String>> copies() {
    return copies;
  }

  /** Notes the shard that is seen from now on. */
  void choose(Held participant) {
    undecided = false;
    chosen = participant;
  }

  /** Whether another shard than this one was chosen. */
  boolean isElsewhere(ShardId shard) {
    Held one = chosen;
    return one != null && !one.shard().equals(shard);
  }

  /** Whether what was committed since it began is not seen by it, on whichever shard. */
  boolean isOfItsMoment() throws SQLException {
    if (participants.isEmpty()) {
      return false;
    }
    return common || isOne(level == null ? of(participants.get(0)) : level);
  }

  private boolean isOfOneMoment() {
    return !participants.isEmpty() && !common && isOne(level);
  }

  /** Whether a level shows one moment to the whole transaction. */
  static boolean isOne(@Nullable String level) {
    return level != null && !level.startsWith(READ);
  }

  /** It cannot change once a participant has run something, unless a setting says so. */
  void learn() throws SQLException {
    if (level == null && !participants.isEmpty() && policy != IsolationOverShards.ALLOW) {
      level = of(participants.get(0));
    }
  }

  void forget() {
    level = null;
  }

  /** The level on one participant. */
  static String of(Held participant) throws SQLException {
    try {
      return participant.value("SHOW transaction_isolation");
    } catch (SQLException e) {
      throw SqlErrors.onShard(participant.shard(), e);
    }
  }
}
