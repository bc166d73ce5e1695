package io.shardjdbc.replication;

import io.shardjdbc.replication.choose.Latencies;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** After how long a read from a replica is worth asking a second one; never, if it is off. */
final class Hedging {
  private final @Nullable HedgeSettings settings;
  private final Latencies latencies = new Latencies();

  Hedging(@Nullable HedgeSettings settings) {
    this.settings = settings;
  }

  boolean isOn() {
    return settings != null;
  }

  void took(long elapsedNanos) {
    if (settings != null) {
      latencies.record(elapsedNanos);
    }
  }

  /** Empty if hedging is off or little is known. */
  Optional<Duration> delay() {
    if (settings == null) {
      return Optional.empty();
    }
    long nanos = latencies.percentile(settings.percentile(), settings.minimumReads());
    return nanos < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(nanos, settings.minimumDelay().toNanos())));
  }
}
