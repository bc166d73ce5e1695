package io.shardjdbc.session;

import io.shardjdbc.hear.Hearing;
import io.shardjdbc.observe.EndedTransaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of a transaction that somebody hears of. */
record HeardEnd(Hearing hearing, int shards, int writers, long beganAt) {

  /** Of a transaction that is about to end; null where nobody hears, or it has used no server. */
  static @Nullable HeardEnd of(Hearing hearing, OpenTransaction open) {
    if (!hearing.isOn() || open.participants().isEmpty()) {
      return null;
    }
    int writers = (int) open.participants().stream().filter(Held::wrote).count();
    return new HeardEnd(hearing, open.participants().size(), writers, System.nanoTime());
  }

  static void tell(@Nullable HeardEnd heard, EndedTransaction.Outcome outcome) {
    if (heard != null) {
      Duration took = Duration.ofNanos(System.nanoTime() - heard.beganAt());
      heard.hearing().ended(new EndedTransaction(outcome, heard.shards(), heard.writers(), took));
    }
  }
}
