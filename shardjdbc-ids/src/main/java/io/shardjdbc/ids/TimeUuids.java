package io.shardjdbc.ids;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Makes UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then 74 bits that nobody guesses.
 *
 * <p>UUIDs of one instance grow strictly, as the server compares them: within a millisecond, and
 * where the clock goes back, the random part of the one before is counted on from (method 2 of the
 * RFC). Those of several instances grow as their clocks do. Nobody has to be asked, and no two are
 * the same, as surely as 74 random bits can make it. They keep an index's new entries together.
 * Thread-safe.
 */
public final class TimeUuids {

  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long LOW_MASK = 0x3FFF_FFFF_FFFF_FFFFL;
  private static final int HIGH_MASK = 0xFFF;

  /** How far a step goes at most: numbers that are near tell nothing of others. */
  private static final int STEP_BITS = 32;

  private final LongSupplier clock;
  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<State> latest = new AtomicReference<>(new State(0, 0, 0));

  private record State(long millis, int high, long low) {}

  /** By the system's clock. */
  public TimeUuids() {
    this(System::currentTimeMillis);
  }

  TimeUuids(LongSupplier clock) {
    this.clock = clock;
  }

  /** Another one. */
  public UUID next() {
    while (true) {
      State before = Objects.requireNonNull(latest.get());
      long now = clock.getAsLong();
      State next =
          now > before.millis()
              ? new State(now, random.nextInt() & HIGH_MASK, random.nextLong() & LOW_MASK)
              : after(before);
      if (latest.compareAndSet(before, next)) {
        return new UUID(next.millis() << 16 | VERSION | next.high(), VARIANT | next.low());
      }
    }
  }

  /** Counts on; where the last bit is used up, in the next millisecond. */
  private State after(State before) {
    long step = (random.nextLong() >>> (64 - STEP_BITS)) + 1;
    long low = before.low() + step;
    if (low <= LOW_MASK) {
      return new State(before.millis(), before.high(), low);
    }
    return before.high() < HIGH_MASK
        ? new State(before.millis(), before.high() + 1, low & LOW_MASK)
        : new State(before.millis() + 1, 0, low & LOW_MASK);
  }

  /**
   * When a UUID of version 7 was made, by the clock of who made it.
   *
   * @throws IllegalArgumentException if it is of another version
   */
  public static Instant timeOf(UUID id) {
    if (id.version() != 7) {
      throw new IllegalArgumentException("a UUID of version " + id.version() + " has no such time");
    }
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }
}
