package io.shardjdbc.saga;

import io.shardjdbc.routing.ShardId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A saga as its record tells of it, for those who watch over sagas.
 *
 * @param home the shard that keeps its record
 * @param key the caller's key, which may be confidential; {@code toString} does not show it
 * @param step the step it is parked at
 * @param reason why it is not completed, in one line without values
 * @param started by the clock of the home shard's server
 * @param changed when its record changed last, by the same clock
 */
public record SagaSummary(
    UUID id,
    String name,
    int version,
    String key,
    ShardId home,
    SagaStatus status,
    Optional<String> step,
    Optional<String> reason,
    Instant started,
    Instant changed) {

  /** Under which a definition of its name and version is found. */
  String definition() {
    return name + "/" + version;
  }

  @Override
  public String toString() {
    return "saga %s version %d %s %s%s"
        .formatted(name, version, id, status, reason.map(why -> ": " + why).orElse(""));
  }
}
