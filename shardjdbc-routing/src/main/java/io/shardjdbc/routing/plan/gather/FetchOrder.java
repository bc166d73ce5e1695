package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.gather.Gifts.Gift;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * In which order tables are gathered, so that what was found of some thins out the others: a
 * program of semi-joins.
 *
 * <p>Tables whose keys each shard has alike are thinned out by each other where they lie, so they
 * come together, as a group. A group that the statement's own conditions thin out comes before one
 * that only other groups thin out. Of two that could thin out each other, the one whose rows are
 * told apart by the column that they share comes first: it mostly has fewer of them.
 *
 * <p>The order decides how many rows are fetched, and never what is answered.
 */
final class FetchOrder {

  /** Each round is one more exchange with the shards. */
  private static final int MOST_ROUNDS = 4;

  private static final int NEVER = Integer.MAX_VALUE;

  /** For each table, the number of its group. */
  private final Map<Integer, Integer> groups;

  private final List<Gift> gifts;
  private final Set<Integer> thinned = new HashSet<>();
  private final Map<Integer, Integer> ranks = new HashMap<>();
  private final Map<Integer, Integer> rounds = new LinkedHashMap<>();

  private FetchOrder(Map<Integer, Integer> groups, List<Gift> gifts) {
    this.groups = groups;
    this.gifts = gifts;
  }

  /** One that fetches everything at once. */
  static FetchOrder atOnce() {
    return new FetchOrder(Map.of(), List.of());
  }

  /**
   * @param groups for each table that is gathered, the number of its group
   * @param gifts between tables of different groups
   * @param isThinned whether conditions thin a table out that need no other group
   */
  static FetchOrder of(
      List<TableVariable> tables,
      Map<Integer, Integer> groups,
      List<Gift> gifts,
      Predicate<TableVariable> isThinned) {
    List<Gift> between = new ArrayList<>();
    for (Gift gift : gifts) {
      int from = groups.getOrDefault(gift.from().id(), NEVER);
      int to = groups.getOrDefault(gift.to().id(), NEVER);
      if (from != to) {
        between.add(gift);
      }
    }
    FetchOrder order = new FetchOrder(groups, between);
    for (TableVariable table : tables) {
      if (isThinned.test(table)) {
        order.thinned.add(table.id());
      }
    }
    order.rank();
    order.settle();
    return order;
  }

  /** The round in which a table is fetched, from 0. */
  int round(TableVariable table) {
    return rounds.getOrDefault(groups.getOrDefault(table.id(), NEVER), 0);
  }

  /** What thins out a table that is fetched in a round, one gift for each of its columns. */
  List<Gift> into(TableVariable table, int round) {
    Map<String, Gift> best = new LinkedHashMap<>();
    for (Gift gift : gifts) {
      if (gift.to().id() == table.id() && round(gift.from()) < round && isUseful(gift)) {
        best.merge(gift.target().column(), gift, (a, b) -> b.isUnique() && !a.isUnique() ? b : a);
      }
    }
    return List.copyOf(best.values());
  }

  /** A group's distance from those that are thinned out by themselves. */
  private void rank() {
    for (Map.Entry<Integer, Integer> each : groups.entrySet()) {
      ranks.merge(each.getValue(), thinned.contains(each.getKey()) ? 0 : NEVER, Math::min);
    }
    for (int distance = 0; distance < groups.size(); distance++) {
      for (Gift gift : gifts) {
        if (rank(gift.from()) == distance && rank(gift.to()) == NEVER) {
          ranks.put(group(gift.to()), distance + 1);
        }
      }
    }
  }

  private void settle() {
    List<Integer> left = new ArrayList<>(new HashSet<>(groups.values()));
    left.sort(null);
    for (int round = 0; !left.isEmpty(); round++) {
      List<Integer> ready = new ArrayList<>();
      for (int group : left) {
        if (left.stream().noneMatch(other -> precedes(other, group))) {
          ready.add(group);
        }
      }
      if (ready.isEmpty()) {
        ready.add(first(left));
      }
      if (round == MOST_ROUNDS - 1) {
        ready = List.copyOf(left);
      }
      for (int group : ready) {
        rounds.put(group, round);
      }
      left.removeAll(ready);
    }
  }

  private int first(List<Integer> left) {
    int first = left.get(0);
    for (int group : left) {
      first = rank(group) < rank(first) ? group : first;
    }
    return first;
  }

  private boolean precedes(int one, int other) {
    if (one == other || rank(one) == NEVER || !gives(one, other)) {
      return false;
    }
    if (!gives(other, one)) {
      return true;
    }
    if (rank(one) != rank(other)) {
      return rank(one) < rank(other);
    }
    boolean oneIsUnique = givesUnique(one, other);
    return oneIsUnique != givesUnique(other, one) ? oneIsUnique : one < other;
  }

  private boolean gives(int one, int other) {
    return gifts.stream().anyMatch(gift -> is(gift, one, other) && isUseful(gift));
  }

  private boolean givesUnique(int one, int other) {
    return gifts.stream()
        .anyMatch(gift -> is(gift, one, other) && gift.isUnique() && !gift.isOfUnique());
  }

  /** Rows that conditions have thinned out have little in common with others but their keys. */
  private boolean isUseful(Gift gift) {
    return rank(gift.from()) != NEVER && (gift.isOfKeys() || !thinned.contains(gift.to().id()));
  }

  private boolean is(Gift gift, int one, int other) {
    return group(gift.from()) == one && group(gift.to()) == other;
  }

  private int rank(TableVariable table) {
    return rank(group(table));
  }

  private int rank(int group) {
    return ranks.getOrDefault(group, NEVER);
  }

  private int group(TableVariable table) {
    return groups.getOrDefault(table.id(), NEVER);
  }
}
