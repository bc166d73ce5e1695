package io.shardjdbc.testkit;

/** How a server is asked to stop, in PostgreSQL's terms. */
public enum Shutdown {
  /** Roll back and cut the sessions, write everything down, and end in order. */
  FAST,
  /** End at once; the next start recovers from the write-ahead log. */
  IMMEDIATE
}
