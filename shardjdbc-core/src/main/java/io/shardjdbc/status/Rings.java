package io.shardjdbc.status;

import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The placements of a map as rings: the least position is at the top, and positions grow clockwise.
 *
 * <p>Placements that are equal share a ring. Those that do not place keys by positions have none.
 */
final class Rings {

  private static final double RADIUS = 90;
  private static final double POSITIONS = 0x1p64;

  private Rings() {}

  /** A ring, and what each shard owns of it. */
  record Ring(String title, String svg, List<Share> shares) {}

  /** How much a shard owns. */
  record Share(ShardId shard, String colour, double part, int ranges) {

    String inWords() {
      String unit = ranges == 1 ? "range" : "ranges";
      return String.format(Locale.ROOT, "%s: %.1f %% in %d %s", shard, part * 100, ranges, unit);
    }
  }

  static List<Ring> of(ShardMap map) {
    Map<Placement, List<String>> names = new LinkedHashMap<>();
    map.placements()
        .forEach(
            (name, placement) ->
                names.computeIfAbsent(placement, p -> new ArrayList<>()).add(name));
    List<Ring> rings = new ArrayList<>();
    names.forEach(
        (placement, its) ->
            placement
                .positions()
                .filter(owns -> isHashed(placement))
                .ifPresent(owns -> rings.add(ring(String.join(", ", its), map.shards(), owns))));
    return rings;
  }

  private static boolean isHashed(Placement placement) {
    return placement.positioning().orElse(Positioning.HASH) == Positioning.HASH;
  }

  private static Ring ring(String title, List<ShardId> shards, Map<ShardId, Positions> owns) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg viewBox=\"-110 -110 220 220\" width=\"240\" height=\"240\" role=\"img\">\n");
    List<Share> shares = new ArrayList<>();
    for (ShardId shard : shards) {
      Positions positions = owns.getOrDefault(shard, Positions.NONE);
      String colour = StatusPage.colour(shards, shard);
      if (!positions.isEmpty()) {
        svg.append("<path fill=\"none\" stroke-width=\"24\" stroke=\"").append(colour);
        svg.append("\" d=\"").append(arcs(positions)).append("\"/>\n");
      }
      shares.add(new Share(shard, colour, positions.share(), positions.ranges().size()));
    }
    return new Ring(title, svg.append("</svg>\n").toString(), shares);
  }

  private static String arcs(Positions positions) {
    return positions.ranges().stream().map(Rings::arc).collect(Collectors.joining(" "));
  }

  /** An arc as SVG draws it. A whole turn would begin where it ends, so each is drawn in halves. */
  private static String arc(PositionRange range) {
    double from = turn((double) range.first());
    double to = turn(range.last() + 1.0);
    double middle = (from + to) / 2;
    return "M%s A%.0f %.0f 0 0 1 %s A%.0f %.0f 0 0 1 %s"
        .formatted(point(from), RADIUS, RADIUS, point(middle), RADIUS, RADIUS, point(to));
  }

  private static double turn(double position) {
    return (position - Long.MIN_VALUE) / POSITIONS;
  }

  private static String point(double turn) {
    double angle = 2 * Math.PI * turn;
    return String.format(
        Locale.ROOT, "%.6f %.6f", RADIUS * Math.sin(angle), -RADIUS * Math.cos(angle));
  }
}
