package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.outbox.MessageHandler;
import io.shardjdbc.saga.outbox.Outbox;
import io.shardjdbc.saga.outbox.OutboxMessage;
import io.shardjdbc.saga.outbox.OutboxRelay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Messages that are added with writes, two relays, and a receiver that throws now and then. */
final class Deliveries implements MessageHandler, AutoCloseable {

  private static final String TOPIC = "posted";
  private static final Duration LEASE = Duration.ofMillis(300);

  private final Outbox outbox;
  private final OutboxRelay own;
  private final OutboxRelay other;
  private final Random random = new Random(42);
  private volatile Consumer<String> teller = payload -> {};
  private final List<String> received = new ArrayList<>();

  Deliveries(ShardDataSource own, ShardDataSource other) throws SQLException {
    this.outbox = Outbox.of(own);
    Outbox.of(other).install();
    this.own = relay(own);
    this.other = relay(other);
  }

  private OutboxRelay relay(ShardDataSource dataSource) {
    return OutboxRelay.builder(dataSource, TOPIC, this)
        .lease(LEASE)
        .pauses(Duration.ofMillis(1), Duration.ofMillis(20))
        .withoutBackground()
        .build();
  }

  void add(Connection connection, long account, long op) throws SQLException {
    outbox.add(connection, TOPIC, Long.toString(account), account + " " + op);
  }

  @Override
  public void deliver(OutboxMessage message) {
    synchronized (received) {
      if (random.nextInt(6) == 0) {
        throw new IllegalStateException("as it was drawn");
      }
      received.add(message.payload());
      teller.accept(message.payload());
    }
  }

  /** Who hears of each message that comes. */
  void tellOf(Consumer<String> hearer) {
    teller = hearer;
  }

  /** Another process says that a message has come. */
  void came(String payload) {
    synchronized (received) {
      received.add(payload);
    }
  }

  /** What a relay does beside the writers. */
  void relay(boolean own) throws SQLException {
    (own ? this.own : other).deliver();
  }

  /** The operations of an account whose messages have come, each when it came first. */
  List<Long> received(long account, long from) {
    Set<Long> first = new LinkedHashSet<>();
    synchronized (received) {
      for (String payload : received) {
        String[] words = payload.split(" ");
        long op = Long.parseLong(words[1]);
        if (Long.parseLong(words[0]) == account && op >= from) {
          first.add(op);
        }
      }
    }
    return List.copyOf(first);
  }

  /** What came before is not asked for any more. */
  void forget() {
    synchronized (received) {
      received.clear();
    }
  }

  @Override
  public void close() {
    own.close();
    other.close();
  }
}
