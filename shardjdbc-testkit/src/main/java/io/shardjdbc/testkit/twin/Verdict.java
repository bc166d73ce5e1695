package io.shardjdbc.testkit.twin;

/** How the answer over the shards compares with that of one PostgreSQL: there is no fourth way. */
public sealed interface Verdict permits Verdict.Equal, Verdict.Refused, Verdict.Different {

  /**
   * Both answered alike: the same columns and rows, the same update count, or the same SQLSTATE;
   * and after a write the same rows in all tables, each on the shard that owns it.
   */
  record Equal() implements Verdict {}

  /**
   * The shards refused by a code of the catalogue, and changed nothing.
   *
   * @param code such as {@code SJ0303}
   * @param message the whole message, which names the clause and the way out
   * @param failsOnOne whether the statement is an error on the one PostgreSQL, too
   */
  record Refused(String code, String message, boolean failsOnOne) implements Verdict {}

  /**
   * The shards answered as the one PostgreSQL would not have: the one thing that must not happen.
   *
   * @param description the statement, both answers, and where they differ; it shows the values of
   *     the test's data
   */
  record Different(String description) implements Verdict {}
}
