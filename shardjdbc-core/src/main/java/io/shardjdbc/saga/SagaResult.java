package io.shardjdbc.saga;

import java.util.Optional;
import java.util.UUID;

/**
 * What became of a saga.
 *
 * @param id its identity, made of its name and its key
 * @param status how far it has come
 * @param state what its last step returned if it is completed, else its input
 * @param reason why it is not completed, in one line without values
 * @param <S> the type of its state
 */
public record SagaResult<S>(UUID id, SagaStatus status, S state, Optional<String> reason) {

  /** Whether all steps are done. */
  public boolean isCompleted() {
    return status == SagaStatus.COMPLETED;
  }

  @Override
  public String toString() {
    return "saga " + id + " " + status + reason.map(why -> ": " + why).orElse("");
  }
}
