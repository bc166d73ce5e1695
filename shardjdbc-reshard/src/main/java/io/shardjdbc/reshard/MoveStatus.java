package io.shardjdbc.reshard;

import java.time.Instant;
import java.util.List;

/**
 * A move as its row on the source shows it.
 *
 * @param id its number in the map
 * @param strategy how its rows come
 * @param phase what the guard on the source knows: outgoing, closing, gone or owner
 * @param ends whether it is finished as soon as it is settled
 * @param tables how far the copy of each table is
 */
public record MoveStatus(
    int id,
    Moving moving,
    Strategy strategy,
    Step step,
    String phase,
    boolean ends,
    long attempts,
    Instant started,
    Instant changed,
    List<Table> tables) {

  public MoveStatus {
    tables = List.copyOf(tables);
  }

  /** Whether it rests: nothing of it is left to do, or only to be decided. */
  public boolean isAtRest() {
    return step == Step.DONE || (step == Step.SETTLED && !ends);
  }

  /**
   * How far the copy of a table is.
   *
   * @param state waiting, copying, catching up or in step
   * @param rows copied so far, while it is copied
   * @param bytes copied so far, while it is copied
   */
  public record Table(String name, String state, long rows, long bytes) {}
}
