package io.shardjdbc.saga.outbox;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.work.Times;
import java.time.Duration;

/** Describes an {@link OutboxRelay}. Not thread-safe. */
public final class OutboxRelayBuilder {

  final ShardDataSource dataSource;
  final String topic;
  final MessageHandler handler;
  Duration lease = Duration.ofSeconds(30);
  Duration interval = Duration.ofSeconds(1);
  Duration firstPause = Duration.ofMillis(500);
  Duration longestPause = Duration.ofMinutes(1);
  boolean background = true;

  OutboxRelayBuilder(ShardDataSource dataSource, String topic, MessageHandler handler) {
    this.dataSource = dataSource;
    this.topic = topic;
    this.handler = handler;
  }

  /**
   * How long a shard's messages stay with a relay that no longer says that it lives; 30 s unless
   * told. The delivery of one message should take less.
   */
  public OutboxRelayBuilder lease(Duration time) {
    this.lease = Times.positive(time);
    return this;
  }

  /** The pause between two looks for messages; 1 s unless told. */
  public OutboxRelayBuilder interval(Duration pause) {
    this.interval = Times.positive(pause);
    return this;
  }

  /**
   * The pauses after failed deliveries of a message, doubling from the first to the longest; 500 ms
   * and 1 min unless told. It is tried until it succeeds or is {@linkplain Outbox#discard
   * discarded}.
   */
  public OutboxRelayBuilder pauses(Duration first, Duration longest) {
    this.firstPause = Times.positive(first);
    this.longestPause = Times.positive(longest);
    return this;
  }

  /** Delivers nothing but by {@link OutboxRelay#deliver()}. */
  public OutboxRelayBuilder withoutBackground() {
    this.background = false;
    return this;
  }

  /** Starts its threads; what they need of the servers is not looked at before it is needed. */
  public OutboxRelay build() {
    return new OutboxRelay(this);
  }
}
