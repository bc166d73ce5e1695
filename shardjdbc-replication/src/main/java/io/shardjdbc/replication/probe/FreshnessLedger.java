package io.shardjdbc.replication.probe;

import java.util.Arrays;

/**
 * Which WAL position the primary had at which time, and so: how fresh a replica is.
 *
 * <h2>What freshness means</h2>
 *
 * A replica has <em>freshness t</em> if it shows every write whose commit was acknowledged to
 * anyone before t, t being a time of this process's own monotonic clock. Its lag is now minus
 * freshness. Everything this library promises about reads from replicas is a comparison with it: a
 * write acknowledged here at time w may be read from any replica with freshness w or more; a bound
 * on staleness d holds on any replica with freshness now - d or more.
 *
 * <h2>How it is computed, and why it is right</h2>
 *
 * The probe notes its clock, t; then asks the primary for the position p at which the next WAL
 * record would be inserted. Let a commit be acknowledged before t. Its record was in the WAL before
 * it was acknowledged, hence before the question was even sent, hence it ends at or before p. A
 * replica that has replayed up to r &gt;= p has replayed that record. In hot standby a transaction
 * is visible to new snapshots once its commit record is replayed, and {@code
 * pg_last_wal_replay_lsn()} moves on only after that. So r &gt;= p gives freshness t, and the
 * newest sample with p &lt;= r gives the best.
 *
 * <p>The order of the first two steps is all there is to it. Were t taken after the answer, a
 * commit could fall between the two. As it is, whatever delays the question, the server, the answer
 * or this process (a collection of garbage, a stopped virtual machine, a slow network) makes t
 * older than need be, which is the safe side. No clock of any server takes part; nor does the wall
 * clock of this machine, so a clock step changes nothing.
 *
 * <p>An idle primary needs no care: it gives the same p with ever later t, so a replica that has
 * everything stays fresh. That is what {@code now() - pg_last_xact_replay_timestamp()} gets wrong.
 *
 * <h2>Which position</h2>
 *
 * {@code pg_current_wal_insert_lsn()}, because a commit under {@code synchronous_commit = off} is
 * acknowledged before its record is flushed: the flush position may be behind it. Two things about
 * it are mended in {@link PageHeaders}: just behind a page header it names a place where no record
 * ends, which an idle replica never "reaches".
 *
 * <p>After a crash of the primary the unflushed tail is gone and its positions are used again. A
 * sample of the tail is then reached only later than need be; the lost commits were those that were
 * promised nothing. If the new sample is lower than older ones, it replaces them.
 *
 * <h2>How long it holds</h2>
 *
 * That a server shows all writes before t stays true while its process lives. It ends with the
 * process: a standby that restarts shows itself as soon as it is consistent, which may be an older
 * state than before. It ends also when the primary's history forks: samples of one timeline say
 * nothing about positions of another. So the ledger is cleared when another primary is followed, a
 * node's freshness when its probe connection breaks, and a request's physical connection must be
 * older than the last answer of the probe. Who compares a replica with this ledger has made sure
 * that it follows the same timeline: a former primary that came back as a standby still stands at
 * high positions, of a history that nobody shares.
 *
 * <h2>How it is kept</h2>
 *
 * Of two samples with the same position only the later counts, so an idle primary costs one entry.
 * When the array is full, samples are dropped whose neighbours are close to each other compared
 * with their age: what remains tells every lag with the same relative precision. A replica is
 * judged fresh up to a moment that is too old by a thirtieth of its lag at most, and never too
 * young.
 *
 * <p>Sources: PostgreSQL's {@code xlog.c} (GetXLogInsertRecPtr, XLogBytePosToRecPtr), {@code
 * xlogrecovery.c} (lastReplayedEndRecPtr is set after rm_redo), {@code xact.c} (xact_redo_commit).
 *
 * <p>Not thread-safe.
 */
public final class FreshnessLedger {
  /** The freshness of which nothing is proved; less than every time. */
  public static final long NOTHING = Long.MIN_VALUE;

  private static final int CAPACITY = 1024;

  /** Neighbours are kept no further from each other than their age divided by this. */
  private static final long PRECISION = 32;

  // Both ascending, positions as unsigned numbers.
  private final long[] times = new long[CAPACITY];
  private final long[] positions = new long[CAPACITY];
  private int size;

  /**
   * The primary was asked for its position.
   *
   * @param askedAt the time before the question was sent; not before that of the last sample
   * @param position what it answered
   */
  public void sample(long askedAt, long position) {
    while (size > 0 && Long.compareUnsigned(positions[size - 1], position) >= 0) {
      size--;
    }
    if (size == CAPACITY) {
      thinOut();
    }
    times[size] = askedAt;
    positions[size] = position;
    size++;
  }

  /** The freshness of a node that has replayed up to a position, or {@link #NOTHING}. */
  public long freshness(long replayed) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(positions[middle], replayed) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? NOTHING : times[low - 1];
  }

  /** The time of the oldest sample of this history, or {@link #NOTHING}. */
  public long oldest() {
    return size == 0 ? NOTHING : times[0];
  }

  /** Forgets everything: another history is followed. */
  public void clear() {
    size = 0;
  }

  private void thinOut() {
    long newest = times[size - 1];
    int kept = 1;
    for (int i = 1; i < size; i++) {
      boolean dense =
          i + 1 < size && times[i + 1] - times[kept - 1] <= (newest - times[i + 1]) / PRECISION;
      if (!dense) {
        keep(kept, i);
        kept++;
      }
    }
    size = kept;
    if (size == CAPACITY) {
      halveOlderHalf();
    }
  }

  private void halveOlderHalf() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (i >= size / 2 || i % 2 == 0) {
        keep(kept, i);
        kept++;
      }
    }
    size = kept;
  }

  private void keep(int to, int from) {
    times[to] = times[from];
    positions[to] = positions[from];
  }

  @Override
  public String toString() {
    return "samples at " + Arrays.toString(Arrays.copyOf(times, size));
  }
}
