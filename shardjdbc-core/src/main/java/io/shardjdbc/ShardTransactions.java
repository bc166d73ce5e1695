package io.shardjdbc;

import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The two-phase transactions of a {@link ShardDataSource}, for operators and for callers whose
 * commit was cut off. Thread-safe.
 *
 * <p>A DataSource in two-phase mode recovers by itself, at its start and on a schedule; nothing
 * here has to be called for that.
 */
public final class ShardTransactions {

  private final Supplier<Engine> engine;

  /**
   * @param engine what runs now
   */
  ShardTransactions(Supplier<Engine> engine) {
    this.engine = engine;
  }

  /**
   * Creates the schema {@code shardjdbc} with its tables on every shard that lacks it. Without this
   * a shard gets it when it first decides a transaction, for which the application's user needs
   * CREATE on the database.
   *
   * @throws SQLException if a shard cannot be reached, or the user may not
   */
  public void install() throws SQLException {
    Engine now = engine.get();
    for (ShardId shard : now.maps().shards()) {
      now.decisions().install(shard);
    }
  }

  /**
   * How a transaction ended, for one whose commit threw an {@link
   * io.shardjdbc.outcome.UnknownOutcomeException}, or that was found in doubt.
   *
   * <p>To ask decides: a transaction without a decision, that nobody is about to commit, can never
   * commit after this has answered {@link Outcome#ABORTED}.
   *
   * @throws SQLException if the decision is no longer kept
   */
  public Outcome outcome(TransactionId transaction) throws SQLException {
    return engine.get().decisions().settle(transaction);
  }

  /**
   * What is prepared on the shards now and waits to be told its end, of live transactions too.
   *
   * @throws SQLException if a shard cannot be looked at
   */
  public List<InDoubtTransaction> inDoubt() throws SQLException {
    return engine.get().recovery().inDoubt();
  }

  /**
   * Who waits for whom on all shards now, with transactions over several shards under one name.
   * Each shard is looked at by itself, so that a wait may be over when it is shown.
   *
   * @throws SQLException if a shard cannot be looked at
   */
  public List<TransactionWait> waits() throws SQLException {
    return engine.get().waits().all();
  }

  /**
   * How many transactions this DataSource has ended because they waited for each other over several
   * shards: its own, and those of other processes.
   */
  public long deadlocks() {
    return engine.get().deadlocks().ended();
  }

  /** Ends now what coordinators have left, whatever its age, and reports. */
  public RecoveryReport recover() {
    return engine.get().recovery().run(Duration.ZERO, Set.of());
  }
}
