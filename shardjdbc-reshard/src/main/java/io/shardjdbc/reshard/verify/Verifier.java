package io.shardjdbc.reshard.verify;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.copy.Markers;
import io.shardjdbc.reshard.verify.Sums.Sum;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Compares the rows that move on both sides, while they are written.
 *
 * <p>A sum of the source, what was written until then let through to the target, a sum of the
 * target, and the source's once more: where the source's two are equal, nothing was written in
 * between, and the target's has to be the same. Where they are not, it is looked at again, first by
 * bucket and then by position. So rows in flight are never taken for a difference, and what is
 * written all the time stays open: the flip looks at it while nobody writes.
 */
public final class Verifier {
  private static final int ROUNDS = 8;

  /** In so many rounds on end a position has to differ while its source stands still. */
  private static final int PROOF = 4;

  private static final Duration CATCH_UP = Duration.ofSeconds(60);

  private final Connection source;
  private final Connection target;
  private final Markers markers;
  private final List<Sums> tables;

  /** What a comparison has found out. */
  public record Result(long rows, Map<String, Integer> different, Map<String, Set<Long>> open) {

    /** Whether nothing differs. */
    public boolean isEqual() {
      return different.isEmpty();
    }

    /** How many positions are written too often to be compared now. */
    public int openPositions() {
      return open.values().stream().mapToInt(Set::size).sum();
    }

    /** In how many positions of which tables the two sides differ. */
    public String differences() {
      List<String> texts = new ArrayList<>();
      different.forEach((table, count) -> texts.add(table + " at " + count + " positions"));
      return String.join(", ", texts);
    }
  }

  private Verifier(Connection source, Connection target, Markers markers, List<Sums> tables) {
    this.source = source;
    this.target = target;
    this.markers = markers;
    this.tables = tables;
  }

  /**
   * A comparison on two connections that nobody else uses.
   *
   * @param markers of the stream from the source to the target
   */
  public static Verifier of(
      Connection source, Connection target, Markers markers, List<MovedTable> tables)
      throws SQLException {
    Formats.fix(source);
    Formats.fix(target);
    List<Sums> sums = new ArrayList<>();
    for (MovedTable table : tables) {
      sums.add(Sums.of(source, table));
    }
    return new Verifier(source, target, markers, sums);
  }

  /** Compares all rows at the positions. */
  public Result compare(Positions positions) throws SQLException {
    long rows = 0;
    Map<String, Integer> different = new LinkedHashMap<>();
    Map<String, Set<Long>> open = new LinkedHashMap<>();
    for (Sums table : tables) {
      Map<Long, Sum> before = table.byBucket(source, positions);
      letThrough();
      Map<Long, Sum> there = table.byBucket(target, positions);
      rows += there.values().stream().mapToLong(Sum::rows).sum();
      Set<Long> buckets = differences(before, there);
      if (!buckets.isEmpty()) {
        settle(table, positions, buckets, different, open);
      }
    }
    return new Result(rows, different, open);
  }

  /**
   * Looks at single positions again and again, until each is equal, different or always new.
   *
   * <p>A row that is changed and changed back between two looks at the source looks unchanged, so
   * that one look at the target is no proof of a difference.
   */
  private void settle(
      Sums table,
      Positions positions,
      Set<Long> buckets,
      Map<String, Integer> different,
      Map<String, Set<Long>> open)
      throws SQLException {
    Map<Long, Sum> here = table.byPosition(source, positions, buckets);
    Set<Long> unsettled = differences(here, table.byPosition(target, positions, buckets));
    Map<Long, Integer> misses = new HashMap<>();
    for (int round = 0; round < ROUNDS && !unsettled.isEmpty(); round++) {
      letThrough();
      Map<Long, Sum> there = table.at(target, unsettled);
      Map<Long, Sum> again = table.at(source, unsettled);
      for (Long position : Set.copyOf(unsettled)) {
        if (!Objects.equals(here.get(position), again.get(position))) {
          misses.remove(position);
        } else if (Objects.equals(again.get(position), there.get(position))) {
          unsettled.remove(position);
        } else {
          misses.merge(position, 1, Integer::sum);
        }
      }
      here = again;
    }
    Set<Long> differing = new HashSet<>(unsettled);
    differing.removeIf(position -> misses.getOrDefault(position, 0) < PROOF);
    unsettled.removeAll(differing);
    if (!differing.isEmpty()) {
      different.put(table.table().display(), differing.size());
    }
    if (!unsettled.isEmpty()) {
      open.put(table.table().display(), unsettled);
    }
  }

  /**
   * Compares what was left open, while nothing is written there; in how many positions they differ.
   */
  public int compareQuiet(Connection quietSource, Connection quietTarget, Result result)
      throws SQLException {
    int differing = 0;
    for (Sums table : tables) {
      Set<Long> open = result.open().getOrDefault(table.table().display(), Set.of());
      if (!open.isEmpty()) {
        Map<Long, Sum> here = table.at(quietSource, open);
        differing += differences(here, table.at(quietTarget, open)).size();
      }
    }
    return differing;
  }

  private void letThrough() throws SQLException {
    long number = markers.send(source);
    if (!Patience.of(CATCH_UP).awaitClosely(() -> markers.hasCome(target, number))) {
      throw new ReshardException(ErrorCode.COPY_STOPPED, markers.move(), "its markers do not come");
    }
  }

  private static Set<Long> differences(Map<Long, Sum> one, Map<Long, Sum> other) {
    Map<Long, Sum> all = new HashMap<>(one);
    all.putAll(other);
    Set<Long> differing = new HashSet<>();
    for (Long key : all.keySet()) {
      if (!Objects.equals(one.get(key), other.get(key))) {
        differing.add(key);
      }
    }
    return differing;
  }
}
