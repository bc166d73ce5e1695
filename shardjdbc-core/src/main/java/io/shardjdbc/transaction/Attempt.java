package io.shardjdbc.transaction;

import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One two-phase commit from its first prepare to its last word, see {@link TwoPhaseCommit}. */
final class Attempt {

  private static final Logger LOG = LoggerFactory.getLogger(TwoPhaseCommit.class);

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String UNDEFINED_OBJECT = "42704";
  private static final String FEATURE_NOT_SUPPORTED = "0A000";
  private static final String NOT_IN_PREREQUISITE_STATE = "55000";

  private final TwoPhaseCommit.Context context;
  private final Branch deciding;
  private final List<Branch> writers;
  private final List<Branch> doubtful;
  private final Decisions.Readiness keeper;
  private final TransactionId id;
  private final Map<Branch, Gid> gids = new LinkedHashMap<>();

  /**
   * A part that was to be committed is prepared no more, and the decision is not there by which
   * recovery would have committed it: a failover has lost it, or a hand has been in it.
   */
  private volatile @Nullable SQLException contradiction;

  private final long startedNanos = System.nanoTime();

  /**
   * @param writers the deciding one first, then those to prepare
   * @param doubtful those that seem to have read only
   */
  Attempt(TwoPhaseCommit.Context context, List<Branch> writers, List<Branch> doubtful)
      throws SQLException {
    this.context = context;
    this.deciding = writers.get(0);
    this.writers = writers.subList(1, writers.size());
    this.doubtful = doubtful;
    Decisions decisions = context.decisions();
    this.keeper = decisions.readiness(deciding.shard());
    long now = decisions.millisOn(deciding.shard());
    this.id = new TransactionId(context.ids().next(now), deciding.shard(), keeper.store());
    for (Branch branch : this.writers) {
      gids.put(branch, new Gid(id, branch.shard()));
    }
    for (Branch branch : doubtful) {
      gids.put(branch, new Gid(id, branch.shard()));
    }
  }

  void run() throws SQLException {
    AtOnce first = new AtOnce(context.executor());
    writers.forEach(branch -> first.add(() -> prepare(branch)));
    doubtful.forEach(branch -> first.add(() -> prepareIfWritten(branch)));
    first.add(this::decideToCommit);
    @Nullable Throwable failure = first.run();
    if (failure == null && isTooLate()) {
      failure = SqlErrors.of(ErrorCode.COMMIT_TOO_LATE, id);
    }
    if (failure != null) {
      abort();
      rethrow(failure);
    }
    decide();
    if (context.settings().acknowledgement() == Acknowledgement.TOLD || standbysAreToHaveIt()) {
      tell(true);
    } else {
      tellLater();
    }
  }

  private void prepare(Branch branch) throws SQLException {
    ShardId shard = branch.shard();
    context.observer().at(Step.BEFORE_PREPARE, shard);
    try {
      String also = context.also().whenPrepared(branch.participant());
      branch.prepare(gid(branch), context.settings().durability(), also);
    } catch (SQLException e) {
      throw notPrepared(shard, e);
    }
    context.observer().at(Step.PREPARED, shard);
  }

  private SQLException notPrepared(ShardId shard, SQLException e) {
    if (FEATURE_NOT_SUPPORTED.equals(e.getSQLState())) {
      return SqlErrors.of(e, ErrorCode.NOT_PREPARABLE, shard, SqlErrors.reason(e));
    }
    if (NOT_IN_PREREQUISITE_STATE.equals(e.getSQLState())) {
      context.decisions().forget(shard);
      return SqlErrors.of(e, ErrorCode.PREPARE_DISABLED, shard);
    }
    return SqlErrors.onShard(shard, e);
  }

  private void prepareIfWritten(Branch branch) throws SQLException {
    if (branch.kind() != Branch.Kind.READER) {
      prepare(branch);
    }
  }

  private void decideToCommit() throws SQLException {
    ShardId shard = deciding.shard();
    context.observer().at(Step.BEFORE_NOTE, shard);
    try {
      if (deciding.note(note()) == 0) {
        context.decisions().forget(shard);
        throw SqlErrors.of(ErrorCode.COMMIT_TOO_LATE, id);
      }
      deciding.participant().hasShownToBeIn(keeper.database()); // as its store's row says
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw SqlErrors.of(e, ErrorCode.ROLLED_BACK_BY_RECOVERY, id);
      }
      if (!isOfTheSchema(e)) {
        throw SqlErrors.onShard(shard, e);
      }
      context.decisions().forget(shard);
      throw SqlErrors.of(e, ErrorCode.NO_DECISIONS, shard, SqlErrors.reason(e));
    }
    context.observer().at(Step.NOTED, shard);
  }

  private DecisionNote note() throws SQLException {
    Decisions decisions = context.decisions();
    List<String> databases = new ArrayList<>();
    for (Branch branch : gids.keySet()) {
      try {
        databases.add(decisions.database(branch.shard()));
      } catch (SQLException e) {
        // One that cannot be asked has not been written to; its name stands for it.
      }
    }
    return new DecisionNote(
        id,
        deciding.participant().connection().getMetaData().getUserName(),
        gids.values().stream().map(gid -> gid.shard().name()).toList(),
        databases,
        decisionWaitsFor(),
        context.settings().commitTimeout(),
        decisions.keep(),
        deciding.participant().isIn(keeper.database()) ? keeper.database() : null);
  }

  /**
   * Whether decisions cannot be kept at all. A deadlock, a failure to serialize, a time-out or a
   * lost connection says nothing of the kind: the transaction can be run again.
   */
  private static boolean isOfTheSchema(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("42") || state.startsWith("3F") || state.startsWith("25");
  }

  /** The decision is a part of all that it decides, so it waits for as much as any of them. */
  private List<String> decisionWaitsFor() {
    List<String> all = new ArrayList<>();
    all.add(context.settings().durability().setting());
    for (Branch branch : gids.keySet()) {
      Durability asked = branch.participant().durability();
      if (asked != null) {
        all.add(asked.synchronousCommit());
      }
    }
    return all;
  }

  /**
   * Whether a part is promised to standbys when the commit returns, which telling it has to show.
   */
  private boolean standbysAreToHaveIt() {
    return gids.keySet().stream()
        .map(branch -> branch.participant().durability())
        .anyMatch(asked -> asked != null && asked.needsStandby());
  }

  /** Whether a tombstone that was set after the first prepare may be gone again. */
  private boolean isTooLate() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
    Duration kept = DecisionTable.TOMBSTONES.dividedBy(2);
    Duration own = context.decisions().keep().dividedBy(2);
    return elapsed.compareTo(own.compareTo(kept) < 0 ? own : kept) > 0;
  }

  private void decide() throws SQLException {
    context.observer().at(Step.BEFORE_DECISION, deciding.shard());
    try {
      deciding.participant().commit();
    } catch (SQLException e) {
      if (!SqlErrors.isConnectionLost(e)) {
        abort();
        throw SqlErrors.onShard(deciding.shard(), e);
      }
      settle(e);
    }
    context.observer().at(Step.DECIDED, deciding.shard());
  }

  /** Finds out what became of a commit whose answer is lost; returns if it committed. */
  private void settle(SQLException lost) throws SQLException {
    Outcome outcome;
    try {
      outcome = context.decisions().settle(id);
    } catch (SQLException e) {
      outcome = Outcome.IN_DOUBT; // its database is another one now, or forgets fast
    }
    if (outcome == Outcome.ABORTED) {
      tell(false);
      throw SqlErrors.onShard(deciding.shard(), lost);
    }
    if (outcome == Outcome.IN_DOUBT) {
      context.recovery().take(id);
      throw SqlErrors.inDoubt(id, lost);
    }
  }

  /** Rolls back, as far as the servers can be told. */
  private void abort() throws SQLException {
    deciding.participant().rollback();
    tell(false);
  }

  /** Ends what is prepared, everywhere at once, and releases the rest. */
  private void tell(boolean commit) throws SQLException {
    AtOnce last = new AtOnce(context.executor());
    boolean unheard = false;
    for (Branch branch : gids.keySet()) {
      if (branch.isPrepared()) {
        last.add(() -> tell(branch, commit));
      } else if (commit) {
        last.add(() -> release(branch));
      } else {
        last.add(branch.participant()::rollback);
        unheard |= branch.mayBePrepared();
      }
    }
    @Nullable Throwable untold = last.run();
    if (untold != null || unheard) {
      context.recovery().take(id);
    }
    if (untold != null && !(untold instanceof SQLException)) {
      throw new IllegalStateException(untold);
    }
    SQLException lost = contradiction;
    if (lost != null) {
      throw lost;
    }
  }

  /** Tells the others while the caller goes on. */
  private void tellLater() {
    List<Runnable> tasks = new ArrayList<>(gids.size());
    for (Branch branch : gids.keySet()) {
      Ending ending = context.endings().begin(branch.shard());
      branch.endsLater(ending);
      tasks.add(() -> tellAndEnd(branch, ending));
    }
    for (Runnable task : tasks) {
      try {
        context.executor().execute(task);
      } catch (RejectedExecutionException closing) {
        task.run();
      }
    }
  }

  private void tellAndEnd(Branch branch, Ending ending) {
    try {
      if (branch.isPrepared()) {
        tell(branch, true);
      } else {
        release(branch);
      }
    } catch (SQLException | RuntimeException e) {
      context.recovery().take(id);
    } finally {
      context.endings().over(ending);
    }
  }

  private void tell(Branch branch, boolean commit) throws SQLException {
    boolean heard = false;
    try {
      context.observer().at(Step.BEFORE_TELLING, branch.shard());
      heard = end(branch, commit);
    } finally {
      if (commit && !heard) {
        context.endings().notTold(gid(branch));
      }
    }
    context.observer().at(Step.TOLD, branch.shard());
  }

  /** Returns true, unless a failure leaves the end to recovery. */
  private boolean end(Branch branch, boolean commit) throws SQLException {
    try {
      branch.end(gid(branch), commit, context.settings().commitTimeout());
    } catch (SQLException e) {
      if (!UNDEFINED_OBJECT.equals(e.getSQLState())) {
        LOG.warn(
            "transaction {}: shard {} could not be told to {}, recovery will: {}",
            id,
            branch.shard(),
            commit ? "commit" : "roll back",
            SqlErrors.reason(e));
        throw e;
      }
      if (commit && !context.decisions().isCommitted(id)) {
        contradiction = SqlErrors.inDoubt(id, e);
      }
    }
    return true;
  }

  private Gid gid(Branch branch) {
    Gid gid = gids.get(branch);
    if (gid == null) {
      throw new IllegalStateException("not a branch of this transaction");
    }
    return gid;
  }

  /** Ends the part of a reader; what it read has been answered, so nothing depends on it. */
  static void release(Branch reader) {
    try {
      reader.participant().commit();
    } catch (SQLException e) {
      reader.participant().rollback();
    }
  }

  /** Throws a failure, if there is one. */
  static void rethrow(@Nullable Throwable failure) throws SQLException {
    if (failure instanceof SQLException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
