package io.shardjdbc.observe;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The end of a request to one server.
 *
 * @param rows how many rows it has changed there; empty for what returns rows, or has failed
 * @param error why it failed, as the driver says it; empty where it has not
 */
public record EndedPart(Duration took, OptionalLong rows, Optional<Throwable> error) {}
