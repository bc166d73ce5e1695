package io.shardjdbc.saga.outbox;

/** Hands messages to the outside world. Called by one thread at a time for each shard. */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Delivers a message. It may be called again for one that was delivered, if this process or its
   * servers die before that is noted.
   *
   * @throws Exception if it was not delivered; it is tried again later
   */
  void deliver(OutboxMessage message) throws Exception;
}
