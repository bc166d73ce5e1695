package io.shardjdbc.saga;

import io.shardjdbc.saga.outbox.Outbox;
import java.sql.Connection;

/**
 * The work of a step, on one shard.
 *
 * @param <S> the type of the saga's state
 */
@FunctionalInterface
public interface StepAction<S> {

  /**
   * Does the work. What it writes commits together with the step's entry in the journal, or not at
   * all, so its effects on the shard happen exactly once however often it is tried. It must not
   * touch the outside world; for that there is the {@link Outbox}.
   *
   * @param connection in a transaction on the step's shard; statements are routed as ever, and a
   *     write to another shard is refused. Commit, roll back and close are the saga's, and refused.
   * @param state what the steps before it made
   * @return the state for the steps after it
   * @throws StepRejectedException to give up at once; any other exception is tried again, as the
   *     step's {@link RetryPolicy} says, where trying again can help
   */
  S run(Connection connection, S state) throws Exception;
}
