package io.shardjdbc.examples.reshard;

import io.shardjdbc.examples.instagram.Bar;
import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.ShardId;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Shows how moves go on: a line for each step, with a bar of how far the move is, and in a terminal
 * one line that changes.
 */
final class Watch implements MoveListener {
  /** The way of a move that is not taken back. */
  private static final List<Step> WAY =
      List.of(
          Step.PREPARE,
          Step.COPY,
          Step.VERIFY,
          Step.FLIP,
          Step.OWN,
          Step.SETTLE,
          Step.CLEAN_SOURCE);

  private final PrintStream out;
  private final boolean terminal;
  private final int moves;
  private int begun;
  private long closedAt;
  private Duration longest = Duration.ZERO;

  /**
   * @param terminal whether a line can be written over
   * @param moves how many there are
   */
  Watch(PrintStream out, boolean terminal, int moves) {
    this.out = out;
    this.terminal = terminal;
    this.moves = moves;
  }

  @Override
  public void onStep(int move, Step step) {
    if (step == Step.PREPARE) {
      begun++;
    }
    line(step, step.inWords());
    if (!terminal) {
      out.println();
    }
  }

  @Override
  public void onProgress(int move, Step step, String what) {
    if (what.equals("closed")) {
      closedAt = System.nanoTime();
    }
    if (step == Step.OWN && what.equals("map")) {
      Duration pause = Duration.ofNanos(System.nanoTime() - closedAt);
      longest = pause.compareTo(longest) > 0 ? pause : longest;
      line(step, "the rows were held for %.0f ms".formatted(pause.toNanos() / 1e6));
      out.println();
    } else if (terminal) {
      line(step, what);
    }
  }

  @Override
  public void onCopy(int move, CopyProgress progress) {
    if (terminal) {
      line(
          Step.COPY,
          "%,d of about %,d rows, %,.0f a second"
              .formatted(progress.rows(), progress.expected().rows(), progress.rowsPerSecond()));
    }
  }

  private void line(Step step, String what) {
    out.printf(
        Locale.ROOT,
        "%s  move %d of %d  [%-30s] %-44s",
        terminal ? "\r" : "",
        begun,
        moves,
        Bar.of(WAY.indexOf(step) + 1L, WAY.size()),
        what);
    out.flush();
  }

  /** The longest time for which rows were held by one move. */
  Duration longestPause() {
    return longest;
  }

  /** A bar for each shard: how much of the keys it owns. */
  static void owners(MapDocument map, PrintStream out) {
    for (ShardId shard : map.shards().keySet()) {
      double share = 0;
      int placements = 0;
      for (String name :
          map.tables().values().stream().map(t -> t.placement()).distinct().toList()) {
        Positioned placement = map.placement(name);
        share += placement.ownedBy(shard).share();
        placements++;
      }
      double percent = placements == 0 ? 0 : 100 * share / placements;
      out.printf(
          Locale.ROOT, "  %-4s %5.1f %% %s%n", shard, percent, Bar.of(Math.round(percent), 40));
    }
  }
}
