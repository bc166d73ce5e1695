package io.shardjdbc.hear;

import io.shardjdbc.observe.EndedPart;
import io.shardjdbc.observe.PartListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A request to one server that somebody hears of. */
public final class HeardPart {

  private final List<PartListener> listeners;
  private final long startedAt = System.nanoTime();

  HeardPart(List<PartListener> listeners) {
    this.listeners = listeners;
  }

  /** Tells of an answer. */
  public void answered(OptionalLong rows) {
    ended(new EndedPart(took(), rows, Optional.empty()));
  }

  /** Tells of a failure. */
  public void failed(Throwable error) {
    ended(new EndedPart(took(), OptionalLong.empty(), Optional.of(error)));
  }

  private Duration took() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  private void ended(EndedPart end) {
    Hearing.tell(listeners, listener -> listener.ended(end));
  }
}
