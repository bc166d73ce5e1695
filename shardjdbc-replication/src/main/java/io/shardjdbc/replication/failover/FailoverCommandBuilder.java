package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.set.ReplicaSet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds a {@link FailoverCommand}. */
public final class FailoverCommandBuilder {
  final ReplicaSet set;
  Duration interval = Duration.ofSeconds(5);
  Duration timeout = Duration.ofSeconds(3);
  int failures = 3;
  Duration maxExposure = Duration.ofSeconds(10);
  @Nullable PrimaryFence fence;

  FailoverCommandBuilder(ReplicaSet set) {
    this.set = set;
  }

  /** The time that is meant to lie between two checks; 5 s by default. */
  public FailoverCommandBuilder interval(Duration duration) {
    this.interval = positive("interval", duration);
    return this;
  }

  /** How long a server is waited for in each step; 3 s by default. */
  public FailoverCommandBuilder timeout(Duration duration) {
    this.timeout = positive("timeout", duration);
    return this;
  }

  /** After how many failed checks in a row a replica is promoted; 3 by default. */
  public FailoverCommandBuilder failures(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("failures is at least 1");
    }
    this.failures = count;
    return this;
  }

  /**
   * How much may be lost: the replica must have received every write that was acknowledged longer
   * than this before the primary's last answer. 10 s by default.
   */
  public FailoverCommandBuilder maxExposure(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("maxExposure is not negative");
    }
    this.maxExposure = duration;
    return this;
  }

  /** What stops the former primary before a replica is promoted. There is no default. */
  public FailoverCommandBuilder fence(PrimaryFence stops) {
    this.fence = stops;
    return this;
  }

  /**
   * Declares that replicas may be promoted with nothing that stops the former primary. If it runs
   * on where neither this process nor any replica can reach it, clients that reach it go on writing
   * to it, and those writes are lost. No look at the other servers can exclude that.
   */
  public FailoverCommandBuilder withoutFence() {
    return fence(primary -> {});
  }

  /**
   * The command, which does nothing before it is {@linkplain FailoverCommand#check checked}.
   *
   * @throws IllegalStateException if neither {@link #fence} nor {@link #withoutFence} was said
   */
  public FailoverCommand build() {
    PrimaryFence stops = fence;
    if (stops == null) {
      throw new IllegalStateException(
          "say what stops the former primary, fence(..), or that nothing does, withoutFence()");
    }
    return new FailoverCommand(this, stops);
  }

  private static Duration positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " is more than zero");
    }
    return duration;
  }
}
