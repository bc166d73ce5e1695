package io.shardjdbc.transaction;

/** What a part of a transaction does in the exchange that prepares it. */
@FunctionalInterface
public interface PrepareAlso {

  /** More of what is selected, behind a comma; empty for nothing. */
  String whenPrepared(Participant part);
}
