package io.shardjdbc.replication;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds {@link ReadSettings}; each method is explained at the component of the same name. */
public final class ReadSettingsBuilder {
  private boolean replicas = true;
  private Duration maxLag = Duration.ofSeconds(1);
  private Duration staleThreshold = Duration.ofSeconds(10);
  private ReadYourWrites readYourWrites = ReadYourWrites.KEY;
  private Duration writeMemory = Duration.ofSeconds(30);
  private ReadPolicy policy = ReadPolicy.ROUND_ROBIN;
  private @Nullable String zone;
  private Duration waitBound = Duration.ofMillis(100);
  private Duration probeInterval = Duration.ofMillis(50);
  private Duration idleProbeInterval = Duration.ofSeconds(1);
  private Duration idleAfter = Duration.ofSeconds(10);
  private Duration probeTimeout = Duration.ofMillis(500);
  private Duration silenceLimit = Duration.ofSeconds(5);
  private int failuresUntilDown = 2;

  ReadSettingsBuilder() {}

  /** See {@link ReadSettings#replicas()}. */
  public ReadSettingsBuilder replicas(boolean use) {
    this.replicas = use;
    return this;
  }

  /** See {@link ReadSettings#maxLag()}. */
  public ReadSettingsBuilder maxLag(Duration duration) {
    this.maxLag = duration;
    return this;
  }

  /** See {@link ReadSettings#staleThreshold()}. */
  public ReadSettingsBuilder staleThreshold(Duration duration) {
    this.staleThreshold = duration;
    return this;
  }

  /** See {@link ReadSettings#readYourWrites()}. */
  public ReadSettingsBuilder readYourWrites(ReadYourWrites level) {
    this.readYourWrites = level;
    return this;
  }

  /** See {@link ReadSettings#writeMemory()}. */
  public ReadSettingsBuilder writeMemory(Duration duration) {
    this.writeMemory = duration;
    return this;
  }

  /** See {@link ReadSettings#policy()}. */
  public ReadSettingsBuilder policy(ReadPolicy readPolicy) {
    this.policy = readPolicy;
    return this;
  }

  /** See {@link ReadSettings#zone()}. */
  public ReadSettingsBuilder zone(@Nullable String ownZone) {
    this.zone = ownZone;
    return this;
  }

  /** See {@link ReadSettings#waitBound()}. */
  public ReadSettingsBuilder waitBound(Duration duration) {
    this.waitBound = duration;
    return this;
  }

  /** See {@link ReadSettings#probeInterval()}. */
  public ReadSettingsBuilder probeInterval(Duration duration) {
    this.probeInterval = duration;
    return this;
  }

  /** See {@link ReadSettings#idleProbeInterval()}. */
  public ReadSettingsBuilder idleProbeInterval(Duration duration) {
    this.idleProbeInterval = duration;
    return this;
  }

  /** See {@link ReadSettings#idleAfter()}. */
  public ReadSettingsBuilder idleAfter(Duration duration) {
    this.idleAfter = duration;
    return this;
  }

  /** See {@link ReadSettings#probeTimeout()}. */
  public ReadSettingsBuilder probeTimeout(Duration duration) {
    this.probeTimeout = duration;
    return this;
  }

  /** See {@link ReadSettings#silenceLimit()}. */
  public ReadSettingsBuilder silenceLimit(Duration duration) {
    this.silenceLimit = duration;
    return this;
  }

  /** See {@link ReadSettings#failuresUntilDown()}. */
  public ReadSettingsBuilder failuresUntilDown(int failures) {
    this.failuresUntilDown = failures;
    return this;
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  public ReadSettings build() {
    return new ReadSettings(
        replicas,
        maxLag,
        staleThreshold,
        readYourWrites,
        writeMemory,
        policy,
        zone,
        waitBound,
        new Probing(
            probeInterval,
            idleProbeInterval,
            idleAfter,
            probeTimeout,
            silenceLimit,
            failuresUntilDown));
  }
}
