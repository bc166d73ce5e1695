package io.shardjdbc.deadlock;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The number by which the parts of one transaction are known to belong together, whoever looks.
 *
 * <p>The process that runs it knows in which sessions its parts run. A part that is prepared has no
 * session any more: it keeps a shared advisory lock, which everybody sees, and which is taken in
 * the exchange that prepares it. The lock's key is one number of 64 bits, of which the first 24 are
 * "sjt" in ASCII. The numbers of a process begin at random and then count, so that two processes do
 * not use the same ones at a time.
 */
public final class TransactionMark {

  /** What the keys of marks begin with. */
  static final int MARK = 0x736A74;

  /** What the keys of those begin with who are chosen to end. */
  static final int VICTIM = 0x736A76;

  static final int NUMBER_BITS = 40;

  private static final long NUMBERS = (1L << NUMBER_BITS) - 1;
  private static final AtomicLong NEXT = new AtomicLong(new SecureRandom().nextLong());

  private final long number;
  private final long began;

  private TransactionMark(long number, long began) {
    this.number = number & NUMBERS;
    this.began = began;
  }

  /**
   * One that nobody else has.
   *
   * @param began when its transaction began, in milliseconds by the clock of its process
   */
  public static TransactionMark next(long began) {
    return new TransactionMark(NEXT.getAndIncrement(), began);
  }

  /** That of another process. */
  static TransactionMark of(long number, long began) {
    return new TransactionMark(number, began);
  }

  /** What marks a transaction until it ends, to be called on its connection. */
  String lock() {
    return "pg_catalog.pg_advisory_xact_lock_shared(" + key(MARK, number) + ")";
  }

  long number() {
    return number;
  }

  /** When its transaction began, in milliseconds by the clock of its process. */
  long began() {
    return began;
  }

  /** Whether it was chosen to end, as a shard's server says. */
  public String isVictim() {
    return "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE "
        + isKey(VICTIM)
        + " AND "
        + NUMBER
        + " = "
        + number
        + ")";
  }

  /** Chooses it to end, as long as the session lives or lets go of it. */
  static String choose(long number) {
    return "SELECT pg_catalog.pg_advisory_lock_shared(" + key(VICTIM, number) + ")";
  }

  static String letGo(long number) {
    return "SELECT pg_catalog.pg_advisory_unlock_shared(" + key(VICTIM, number) + ")";
  }

  /** The number that a row of {@code pg_locks} is about. */
  static final String NUMBER =
      "((classid::pg_catalog.int8 << 32 | objid::pg_catalog.int8) & " + NUMBERS + ")";

  /** Whether a row of {@code pg_locks} is a lock of this kind that somebody has. */
  static String isKey(int kind) {
    return "locktype = 'advisory' AND objsubid = 1 AND granted AND mode = 'ShareLock'"
        + " AND classid::pg_catalog.int8 >> 8 = "
        + kind
        + " AND database = (SELECT oid FROM pg_catalog.pg_database"
        + " WHERE datname = pg_catalog.current_database())";
  }

  private static long key(int kind, long number) {
    return (long) kind << NUMBER_BITS | number;
  }

  @Override
  public String toString() {
    return Long.toHexString(number);
  }
}
