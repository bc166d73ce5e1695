package io.shardjdbc.saga;

import java.sql.Connection;

/**
 * Undoes the work of a step, on the same shard.
 *
 * @param <S> the type of the saga's state
 */
@FunctionalInterface
public interface StepCompensation<S> {

  /**
   * Undoes what the action did. It runs only for a step that was done, exactly once, and in a
   * transaction of its own, as the action did. It should not fail for reasons of the business: a
   * compensation that goes on failing is parked for a person.
   *
   * @param connection in a transaction on the step's shard, as for {@link StepAction#run}
   * @param state what the step's action returned
   */
  void run(Connection connection, S state) throws Exception;
}
