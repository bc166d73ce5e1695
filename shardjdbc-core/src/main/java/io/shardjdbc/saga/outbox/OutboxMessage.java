package io.shardjdbc.saga.outbox;

import java.util.Optional;
import java.util.UUID;

/**
 * A message as its receiver gets it.
 *
 * @param id the same at each delivery: a receiver that remembers it takes a message once
 * @param key whose messages keep their order
 * @param sequence rises from message to message of one key
 * @param attempt 1 for the first delivery, as far as failures are known
 */
public record OutboxMessage(
    UUID id, String topic, Optional<String> key, String payload, long sequence, int attempt) {

  @Override
  public String toString() {
    return "message " + id + " of topic " + topic;
  }
}
