package io.shardjdbc.tests.replication;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What was written and read when, and whether every read saw what it was promised.
 *
 * <p>Each key is a register whose values only grow, written by one thread; so "at least as new as"
 * is "at least as high as". A write counts from the moment at which its acknowledgement arrived. A
 * write whose outcome is unknown demands nothing.
 *
 * <p>A failover may lose writes that only the former primary had. From the start of the promotion
 * on these are demanded of no read, and are counted. Which ones they are is found by the writer: it
 * reads its keys on the new primary before it writes them there.
 */
final class History {

  /** What a read was promised. */
  enum Promise {
    /** All writes acknowledged before it started. */
    EVERYTHING,
    /** All writes acknowledged longer than its bound before it started. */
    BOUNDED,
    /** The value that it demands, from a token or an earlier read of its session. */
    DEMANDED
  }

  record Read(
      Promise promise,
      String kind,
      int key,
      long start,
      long end,
      long bound,
      long demanded,
      long value,
      String node) {}

  /** A read that saw less than it was promised. */
  record Violation(Read read, long promised) {}

  private record Write(long value, long ackedAt) {}

  /** Values above {@code survived}, up to {@code attempted}, are gone since {@code from}. */
  private record Loss(long from, long survived, long attempted) {
    boolean took(long value) {
      return value > survived && value <= attempted;
    }
  }

  private static final class Register {
    final List<Write> writes = new ArrayList<>();
    final List<Loss> losses = new ArrayList<>();
  }

  private final Register[] registers;
  private final ConcurrentLinkedQueue<Read> reads = new ConcurrentLinkedQueue<>();

  History(int keys) {
    registers = new Register[keys];
    Arrays.setAll(registers, i -> new Register());
  }

  void acknowledged(int key, long value, long at) {
    synchronized (registers[key]) {
      registers[key].writes.add(new Write(value, at));
    }
  }

  /** On the primary that was promoted then, a key has only this value of those attempted. */
  void survived(int key, long value, long attempted, long promotionStart) {
    if (value < attempted) {
      synchronized (registers[key]) {
        registers[key].losses.add(new Loss(promotionStart, value, attempted));
      }
    }
  }

  void read(Read read) {
    reads.add(read);
  }

  int readCount() {
    return reads.size();
  }

  long readCount(String kind) {
    return reads.stream().filter(read -> read.kind().equals(kind)).count();
  }

  long acknowledgedCount() {
    return Arrays.stream(registers).mapToLong(register -> register.writes.size()).sum();
  }

  /** Acknowledged writes that a failover lost. */
  long lostCount() {
    return Arrays.stream(registers)
        .mapToLong(
            register ->
                register.writes.stream()
                    .filter(
                        write ->
                            register.losses.stream().anyMatch(loss -> loss.took(write.value())))
                    .count())
        .sum();
  }

  /** All reads that saw too little. */
  List<Violation> violations() {
    List<Violation> found = new ArrayList<>();
    Promises[] promises = new Promises[registers.length];
    Arrays.setAll(promises, key -> new Promises(registers[key]));
    for (Read read : reads) {
      long promised =
          switch (read.promise()) {
            case EVERYTHING -> promises[read.key()].before(read.start(), read.end());
            case BOUNDED -> promises[read.key()].before(read.start() - read.bound(), read.end());
            case DEMANDED -> promises[read.key()].still(read.demanded(), read.end());
          };
      if (read.value() < promised) {
        found.add(new Violation(read, promised));
      }
    }
    return found;
  }

  /** What is promised of one key. */
  private static final class Promises {
    private final List<Loss> losses;
    private final Staircase kept;
    private final List<Staircase> lost = new ArrayList<>();

    Promises(Register register) {
      losses = register.losses;
      kept =
          new Staircase(
              register.writes.stream()
                  .filter(write -> losses.stream().noneMatch(loss -> loss.took(write.value())))
                  .toList());
      for (Loss loss : losses) {
        lost.add(
            new Staircase(
                register.writes.stream().filter(write -> loss.took(write.value())).toList()));
      }
    }

    /** The highest value acknowledged before a time, for a read that ended at another. */
    long before(long time, long readEnd) {
      long highest = kept.before(time);
      for (int i = 0; i < losses.size(); i++) {
        if (readEnd < losses.get(i).from()) {
          highest = Math.max(highest, lost.get(i).before(time));
        }
      }
      return highest;
    }

    /** A value, or what a failover left of it. */
    long still(long value, long readEnd) {
      long left = value;
      for (int i = losses.size() - 1; i >= 0; i--) {
        Loss loss = losses.get(i);
        if (loss.took(left) && readEnd >= loss.from()) {
          left = loss.survived();
        }
      }
      return left;
    }
  }

  /** The highest value acknowledged by each moment. */
  private static final class Staircase {
    private final long[] times;
    private final long[] highest;

    Staircase(List<Write> writes) {
      List<Write> ordered = new ArrayList<>(writes);
      ordered.sort(Comparator.comparingLong(Write::ackedAt));
      times = new long[ordered.size()];
      highest = new long[ordered.size()];
      long soFar = 0;
      for (int i = 0; i < times.length; i++) {
        soFar = Math.max(soFar, ordered.get(i).value());
        times[i] = ordered.get(i).ackedAt();
        highest[i] = soFar;
      }
    }

    long before(long time) {
      int at = Arrays.binarySearch(times, time);
      int count = at >= 0 ? at : -at - 1;
      while (count > 0 && times[count - 1] >= time) {
        count--;
      }
      return count == 0 ? 0 : highest[count - 1];
    }
  }
}
