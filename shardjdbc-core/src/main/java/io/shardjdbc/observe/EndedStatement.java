package io.shardjdbc.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The end of a statement: every shard has answered, or it has failed. Rows may still be fetched.
 *
 * @param took the time since it was handed over
 * @param route where it went in the end; empty where it was refused before that was known
 * @param rows how many rows it has changed; empty for what returns rows, or has failed
 * @param error why it failed; empty where it has not
 */
public record EndedStatement(
    Duration took, Optional<RoutedStatement> route, OptionalLong rows, Optional<Throwable> error) {}
