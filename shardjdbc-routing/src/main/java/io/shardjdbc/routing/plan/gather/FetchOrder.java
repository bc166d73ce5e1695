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
 * come together, as a group. Where several of them are thinned out by themselves, each shard would
 * join them once for each: then one of them leads, and the others follow by what was found of it. A
 * group that the statement's own conditions thin out comes before one that only other groups thin
 * out. Of two that could thin out each other, the one whose rows are told apart by the column that
 * they share comes first: it mostly has fewer of them.
 *
 * <p>The order decides how many rows are fetched, and never what is answered.
 */
final class FetchOrder {

  /** Each round is one more exchange with the shards. */
  private static final int MOST_ROUNDS = 8;

  private static final int NEVER = Integer.MAX_VALUE;

  /** For each table, the number of its group. */
  private final Map<Integer, Integer> groups;

  private final List<Gift> gifts;
  private final Set<Integer> thinned = new HashSet<>();
  private final Set<Integer> own = new HashSet<>();
  private final Set<Integer> followers = new HashSet<>();
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
   * @param gifts between these tables
   * @param hasOwn whether conditions on a table alone thin it out
   * @param isThinned whether conditions thin it out that need no other group
   */
  static FetchOrder of(
      List<TableVariable> tables,
      Map<Integer, Integer> groups,
      List<Gift> gifts,
      Predicate<TableVariable> hasOwn,
      Predicate<TableVariable> isThinned) {
    FetchOrder order = new FetchOrder(groups, gifts);
    for (TableVariable table : tables) {
      if (isThinned.test(table)) {
        order.thinned.add(table.id());
      }
      if (hasOwn.test(table)) {
        order.own.add(table.id());
      }
    }
    order.rank();
    order.settle(tables);
    return order;
  }

  /** The round in which a table is fetched, from 0. */
  int round(TableVariable table) {
    return rounds.getOrDefault(group(table), 0) + (isFollower(table) ? 1 : 0);
  }

  /** Whether what was found of one table beside it is all that thins out a table. */
  boolean isFollower(TableVariable table) {
    return followers.contains(table.id());
  }

  /** What thins out a table that is fetched in a round, one gift for each of its columns. */
  List<Gift> into(TableVariable table, int round) {
    boolean follows = isFollower(table) && round > rounds.getOrDefault(group(table), 0);
    Map<String, Gift> best = new LinkedHashMap<>();
    for (Gift gift : gifts) {
      boolean isWithin = group(gift.from()) == group(table);
      if (gift.to().id() == table.id()
          && round(gift.from()) < round
          && isWithin == follows
          && isUseful(gift)) {
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

  private void settle(List<TableVariable> tables) {
    List<Integer> left = new ArrayList<>(new HashSet<>(groups.values()));
    left.sort(null);
    int round = 0;
    while (!left.isEmpty()) {
      List<Integer> ready = new ArrayList<>();
      for (int group : left) {
        if (left.stream().noneMatch(other -> precedes(other, group))) {
          ready.add(group);
        }
      }
      if (ready.isEmpty()) {
        ready.add(first(left));
      }
      if (round >= MOST_ROUNDS - 2) {
        ready = List.copyOf(left);
      }
      boolean twice = false;
      for (int group : ready) {
        twice |= lead(tables.stream().filter(table -> group(table) == group).toList());
        rounds.put(group, round);
      }
      left.removeAll(ready);
      round += twice ? 2 : 1;
    }
  }

  /** Lets one table of a group lead the others, if that is worth a round. */
  private boolean lead(List<TableVariable> members) {
    List<TableVariable> apart =
        members.stream()
            .filter(table -> own.contains(table.id()) || isGivenFromBefore(table))
            .toList();
    long places = members.stream().map(TableVariable::node).distinct().count();
    if (apart.size() < 2 || places < members.size()) {
      return false;
    }
    TableVariable leader = apart.get(0);
    for (TableVariable table : apart) {
      leader = worth(table, members) > worth(leader, members) ? table : leader;
    }
    TableVariable first = leader;
    if (apart.stream().noneMatch(other -> gives(other, first) && gives(first, other))) {
      return false; // each shard joins them once
    }
    members.stream()
        .filter(table -> gives(first, table))
        .forEach(table -> followers.add(table.id()));
    return true;
  }

  /** Who gives to many leads; of two, the one with more rows, which the other thins out. */
  private int worth(TableVariable table, List<TableVariable> members) {
    int given = 0;
    int unique = 0;
    for (TableVariable other : members) {
      given += gives(table, other) ? 2 : 0;
      unique = gifts.stream().anyMatch(g -> is(g, table, other) && g.isUnique()) ? 1 : unique;
    }
    return given - unique;
  }

  private boolean isGivenFromBefore(TableVariable table) {
    return gifts.stream()
        .anyMatch(
            gift ->
                gift.to().id() == table.id()
                    && rounds.containsKey(group(gift.from()))
                    && group(gift.from()) != group(table)
                    && isUseful(gift));
  }

  private boolean gives(TableVariable one, TableVariable other) {
    return gifts.stream().anyMatch(gift -> is(gift, one, other));
  }

  private static boolean is(Gift gift, TableVariable one, TableVariable other) {
    return gift.from().id() == one.id() && gift.to().id() == other.id();
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
