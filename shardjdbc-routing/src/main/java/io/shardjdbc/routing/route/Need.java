package io.shardjdbc.routing.route;

/** What a statement needs of the tables of one placement. */
public enum Need {
  /** No row of them. */
  NOTHING,
  /** Rows of the keys that its route names, or of all keys. */
  ITS_KEYS,
  /** Rows of whatever keys: it runs code that nobody has looked into. */
  UNKNOWN
}
