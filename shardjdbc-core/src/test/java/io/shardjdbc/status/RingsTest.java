package io.shardjdbc.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pictures of rings against the rings themselves. */
class RingsTest {

  private static final List<ShardId> SHARDS =
      List.of(new ShardId("s0"), new ShardId("s1"), new ShardId("s2"));
  private static final Pattern ARC =
      Pattern.compile("M(\\S+) (\\S+) A90 90 0 0 1 \\S+ \\S+ A90 90 0 0 1 ([^ ]+) ([^ \"]+)");

  private static ShardMap map(Placement... placements) {
    Map<String, Placement> named = new LinkedHashMap<>();
    for (Placement placement : placements) {
      named.put("p" + named.size(), placement);
    }
    return new ShardMap(MapEpoch.STATIC, SHARDS, named);
  }

  @Test
  void equalPlacementsShareARingAndOthersWithoutPositionsHaveNone() {
    Placement ring = Placements.ring(SHARDS);
    List<Rings.Ring> rings =
        Rings.of(map(ring, Placements.ring(SHARDS), Placements.modulo(SHARDS)));
    assertThat(rings).hasSize(1);
    assertThat(rings.get(0).title()).isEqualTo("p0, p1");
  }

  @Test
  void sharesAddUpToTheWholeRing() {
    Rings.Ring ring = Rings.of(map(Placements.ring(SHARDS))).get(0);
    assertThat(ring.shares()).hasSize(3);
    assertThat(ring.shares().stream().mapToDouble(Rings.Share::part).sum())
        .isCloseTo(1, offset(1e-9));
    assertThat(ring.shares().stream().map(Rings.Share::colour).distinct()).hasSize(3);
  }

  @Test
  void arcsAreAsLongAsWhatAShardOwns() {
    Rings.Ring ring = Rings.of(map(Placements.ring(SHARDS))).get(0);
    List<String> paths = ring.svg().lines().filter(line -> line.startsWith("<path")).toList();
    assertThat(paths).hasSize(3);
    for (int i = 0; i < 3; i++) {
      double drawn = 0;
      Matcher arcs = ARC.matcher(paths.get(i));
      while (arcs.find()) {
        double turn = turn(arcs.group(3), arcs.group(4)) - turn(arcs.group(1), arcs.group(2));
        drawn += turn < 0 ? turn + 1 : turn;
      }
      assertThat(drawn).isCloseTo(ring.shares().get(i).part(), offset(0.005));
    }
  }

  private static double turn(String x, String y) {
    return Math.atan2(Double.parseDouble(x), -Double.parseDouble(y)) / (2 * Math.PI);
  }
}
