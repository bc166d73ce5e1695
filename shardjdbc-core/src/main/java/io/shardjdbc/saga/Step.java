package io.shardjdbc.saga;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One step of a saga.
 *
 * @param compensation null where there is nothing to undo
 * @param deadline for all tries of the action together, from the first one on
 */
record Step<S>(
    String name,
    StepKey<S> key,
    StepAction<S> action,
    @Nullable StepCompensation<S> compensation,
    RetryPolicy retry,
    Duration deadline) {}
