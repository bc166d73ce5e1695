package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.List;

/** A run of ring positions with one owner. */
record RingSegment(PositionRange range, ShardId owner) {

  /** What changes owner between two rings, each given as segments that cover all positions. */
  static List<HashRing.Move> moves(List<RingSegment> before, List<RingSegment> after) {
    List<HashRing.Move> moves = new ArrayList<>();
    int i = 0;
    int j = 0;
    long first = Long.MIN_VALUE;
    while (i < before.size() && j < after.size()) {
      RingSegment old = before.get(i);
      RingSegment now = after.get(j);
      long last = Math.min(old.range().last(), now.range().last());
      if (!old.owner().equals(now.owner())) {
        append(moves, new HashRing.Move(new PositionRange(first, last), old.owner(), now.owner()));
      }
      i += old.range().last() == last ? 1 : 0;
      j += now.range().last() == last ? 1 : 0;
      first = last + 1; // past the greatest position both lists are at their ends
    }
    return moves;
  }

  private static void append(List<HashRing.Move> moves, HashRing.Move next) {
    if (!moves.isEmpty()) {
      HashRing.Move previous = moves.get(moves.size() - 1);
      if (previous.range().last() + 1 == next.range().first()
          && previous.from().equals(next.from())
          && previous.to().equals(next.to())) {
        PositionRange joined = new PositionRange(previous.range().first(), next.range().last());
        moves.set(moves.size() - 1, new HashRing.Move(joined, next.from(), next.to()));
        return;
      }
    }
    moves.add(next);
  }
}
