package io.shardjdbc.reshard;

import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;

/**
 * What is to move: the rows of all tables of a placement whose keys lie at these positions.
 *
 * @param placement its name in the map
 */
public record Moving(String placement, Positions positions, ShardId source, ShardId target) {

  @Override
  public String toString() {
    return "%.2f %% of %s from %s to %s"
        .formatted(positions.share() * 100, placement, source, target);
  }
}
