package io.shardjdbc.hear;

import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StatementListener;
import java.util.List;

/** A statement that somebody hears of. */
public final class HeardStatement {

  private final List<StatementListener> listeners;

  HeardStatement(List<StatementListener> listeners) {
    this.listeners = listeners;
  }

  /** Tells of a part that begins. */
  public HeardPart started(StartedPart part) {
    return new HeardPart(Hearing.ask(listeners, listener -> listener.part(part)));
  }

  /** Tells of the end. */
  public void ended(EndedStatement end) {
    Hearing.tell(listeners, listener -> listener.ended(end));
  }
}
