package io.shardjdbc.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.work.Times;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Describes a {@link Sagas}. Not thread-safe. */
public final class SagasBuilder {

  final ShardDataSource dataSource;
  final Map<String, Saga<?>> definitions = new LinkedHashMap<>();
  SagaListener listener = event -> {};
  Duration lease = Duration.ofSeconds(30);
  Duration interval = Duration.ofSeconds(1);
  Duration patience = Duration.ofMinutes(1);
  Duration retention = Duration.ofDays(7);
  int threads = 4;
  boolean background = true;

  SagasBuilder(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Adds a definition; sagas of others are left to processes that know them. */
  public SagasBuilder saga(Saga<?> saga) {
    if (definitions.put(Sagas.definitionKey(saga), saga) != null) {
      throw new IllegalArgumentException("saga " + saga + " is there twice");
    }
    return this;
  }

  /** Who hears of what happens; nobody unless told. */
  public SagasBuilder listener(SagaListener hearer) {
    this.listener = hearer;
    return this;
  }

  /**
   * How long a saga stays with a process that no longer says that it lives; 30 s unless told. A
   * process renews its leases three times in that time.
   */
  public SagasBuilder lease(Duration time) {
    this.lease = Times.positive(time);
    return this;
  }

  /** The pause between two looks for sagas that are due; 1 s unless told. */
  public SagasBuilder interval(Duration pause) {
    this.interval = Times.positive(pause);
    return this;
  }

  /** How long {@link Sagas#run} waits for a saga that goes on elsewhere; 1 min unless told. */
  public SagasBuilder patience(Duration time) {
    this.patience = Times.positive(time);
    return this;
  }

  /**
   * How long sagas that ended are remembered, and with them their keys; 7 days unless told. After
   * it, the same key starts a new saga.
   */
  public SagasBuilder retention(Duration time) {
    this.retention = Times.positive(time);
    return this;
  }

  /**
   * How many sagas run in the background at once, and how many parallel steps; 4 unless told. At
   * most half of them are on one shard, where there are several.
   */
  public SagasBuilder threads(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("threads is at least 1");
    }
    this.threads = number;
    return this;
  }

  /**
   * Looks for nothing in the background: due sagas are run by {@link Sagas#recover()}, which
   * forgets ended ones too, or by other processes.
   */
  public SagasBuilder withoutBackground() {
    this.background = false;
    return this;
  }

  /** Starts its threads; what they need of the servers is not looked at before it is needed. */
  public Sagas build() {
    return new Sagas(this);
  }
}
