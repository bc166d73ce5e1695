package io.shardjdbc.session.number;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Numbering.Draw;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers of sequences that a process has taken and not given yet.
 *
 * <p>With a block of 1 there never are any. Else a statement that finds too few takes a whole block
 * more, while others of the same sequence wait for it, so that each number is given once and they
 * grow within a block. What is left when the process ends is never given, as with a sequence's
 * CACHE; so is what is left when somebody sets the sequence. Thread-safe.
 */
public final class NumberBlocks {

  private record Counted(List<String> name, ShardId home) {}

  /** Numbers of one sequence. */
  private static final class Block {
    private long[] numbers = new long[0];
    private int next;
  }

  private final int size;
  private final Map<Counted, Block> blocks = new ConcurrentHashMap<>();

  /**
   * @param size how many numbers at least are taken at a time
   */
  NumberBlocks(int size) {
    this.size = size;
  }

  /** How numbers are taken from the sequence itself. */
  @FunctionalInterface
  public interface Source {
    long[] take(int count) throws SQLException;
  }

  /** Takes as many as a draw asks for. */
  public void take(Draw draw, long[] into, int at, Source source) throws SQLException {
    if (size == 1) {
      System.arraycopy(source.take(draw.count()), 0, into, at, draw.count());
      return;
    }
    Block block = blocks.computeIfAbsent(new Counted(draw.name(), draw.home()), c -> new Block());
    synchronized (block) {
      int ready = Math.min(block.numbers.length - block.next, draw.count());
      int missing = draw.count() - ready;
      long[] more = missing == 0 ? new long[0] : source.take(Math.max(size, missing));
      System.arraycopy(block.numbers, block.next, into, at, ready);
      block.next += ready;
      if (missing > 0) {
        System.arraycopy(more, 0, into, at + ready, missing);
        block.numbers = more;
        block.next = missing;
      }
    }
  }

  /** Gives no number that was taken before now. */
  public void forget() {
    blocks.clear();
  }
}
