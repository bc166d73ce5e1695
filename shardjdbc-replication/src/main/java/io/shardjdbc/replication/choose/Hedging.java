package io.shardjdbc.replication.choose;

import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.marks.Latencies;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * After how long a read from a replica is worth asking a second one, and how often that is allowed;
 * never, if it is off.
 *
 * <p>Each read earns its share of a second one, up to a handful; so what is asked twice stays
 * within the share however slow all are. Thread-safe.
 */
public final class Hedging {
  private final @Nullable HedgeSettings settings;
  private static final int ONE = 1_000;
  private static final int MOST = 10 * ONE;

  private final Latencies latencies = new Latencies();
  private final AtomicInteger allowed = new AtomicInteger(MOST);

  public Hedging(@Nullable HedgeSettings settings) {
    this.settings = settings;
  }

  /** Whether one more read may be asked of a second replica now. */
  public boolean take() {
    int now = allowed.get();
    while (now >= ONE) {
      if (allowed.compareAndSet(now, now - ONE)) {
        return true;
      }
      now = allowed.get();
    }
    return false;
  }

  public boolean isOn() {
    return settings != null;
  }

  public void took(long elapsedNanos) {
    if (settings != null) {
      latencies.record(elapsedNanos);
      int now = allowed.get();
      if (now < MOST) { // what is lost in a race makes hedging rarer, and does not matter
        allowed.compareAndSet(now, Math.min(MOST, now + (int) Math.ceil(settings.share() * ONE)));
      }
    }
  }

  /** Empty if hedging is off or little is known. */
  public Optional<Duration> delay() {
    if (settings == null) {
      return Optional.empty();
    }
    long nanos = latencies.percentile(settings.percentile(), settings.minimumReads());
    return nanos < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(nanos, settings.minimumDelay().toNanos())));
  }
}
