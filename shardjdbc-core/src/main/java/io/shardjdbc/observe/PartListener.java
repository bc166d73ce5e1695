package io.shardjdbc.observe;

/** Hears of the end of one request to one server. */
@FunctionalInterface
public interface PartListener {

  /** The server has answered, or nobody waits for it any more. */
  void ended(EndedPart end);
}
