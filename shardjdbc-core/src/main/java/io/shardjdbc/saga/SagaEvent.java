package io.shardjdbc.saga;

import java.util.Optional;
import java.util.UUID;

/**
 * Something that happened to a saga in this process.
 *
 * @param saga the name of its definition
 * @param step which step, where it concerns one
 * @param detail why, in one line without values, where something failed
 */
public record SagaEvent(
    Kind kind, UUID id, String saga, Optional<String> step, Optional<String> detail) {

  /** What happened. */
  public enum Kind {
    /** Its record is written. */
    STARTED,
    /** This process took over a saga whose lease ran out. */
    RESUMED,
    /** An action is about to be tried. */
    ACTION_TRIED,
    /** An action has committed, or was found to have committed before. */
    ACTION_DONE,
    /** A try of an action has failed. */
    ACTION_FAILED,
    /** It was decided to undo what was done. */
    COMPENSATING,
    /** A compensation is about to be tried. */
    COMPENSATION_TRIED,
    /** A compensation has committed, or was found to have committed before. */
    COMPENSATION_DONE,
    /** A try of a compensation has failed. */
    COMPENSATION_FAILED,
    /** This process lets go of it; it is due again after a pause. */
    RELEASED,
    /** All steps are done, and its record says so. */
    COMPLETED,
    /** All that was done is undone, and its record says so. */
    COMPENSATED,
    /** A person is needed. */
    PARKED
  }
}
