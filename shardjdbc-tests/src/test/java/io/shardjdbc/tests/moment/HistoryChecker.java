package io.shardjdbc.tests.moment;

import io.shardjdbc.tests.moment.Anomaly.Kind;
import io.shardjdbc.tests.moment.History.Append;
import io.shardjdbc.tests.moment.History.Outcome;
import io.shardjdbc.tests.moment.History.Transaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds anomalies in a history of appends to lists and reads of them.
 *
 * <p>The idea is that of Elle (J. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies
 * from Experimental Observations", VLDB 2020): a list shows in which order its items were appended,
 * so that every dependency between transactions is known. {@code b} depends on {@code a} by ww
 * where it appends behind a's item, by wr where its read ends with a's item, and by rw where a's
 * read ends just before b's item. A circle of ww alone is G0, with wr it is G1c, with one rw it is
 * G-single, and with several of which no two follow each other it is what a long fork is. The
 * circles are looked for in the strongly connected components (R. Tarjan, 1972) of the graph, most
 * of which are single transactions.
 */
final class HistoryChecker {

  private static final int WW = 1;
  private static final int WR = 2;
  private static final int RW = 4;

  private final History history;
  private final List<Transaction> all = new ArrayList<>();
  private final Map<Long, Integer> writerOf = new HashMap<>();
  private final List<Map<Integer, Integer>> edges = new ArrayList<>();
  private final Set<Anomaly> found = new LinkedHashSet<>();

  private HistoryChecker(History history) {
    this.history = history;
  }

  /** All anomalies, of each kind a few. */
  static List<Anomaly> anomaliesOf(History history) {
    HistoryChecker checker = new HistoryChecker(history);
    checker.index();
    checker.checkReads();
    checker.connect();
    checker.findCircles();
    return List.copyOf(checker.found);
  }

  private void index() {
    for (Transaction transaction : history.transactions()) {
      for (Append append : transaction.appends()) {
        writerOf.put(append.item(), all.size());
      }
      all.add(transaction);
      edges.add(new HashMap<>());
    }
  }

  private List<Long> list(long key) {
    return history.lists().getOrDefault(key, List.of());
  }

  private void checkReads() {
    for (Map.Entry<Long, List<Long>> list : history.lists().entrySet()) {
      for (Long item : list.getValue()) {
        Integer writer = writerOf.get(item);
        if (writer != null && all.get(writer).outcome() == Outcome.ABORTED) {
          add(Kind.G1A, all.get(writer), list.getKey(), "the list in the end");
        }
      }
    }
    for (Transaction reader : all) {
      reader.reads().forEach((key, items) -> checkRead(reader, key, items));
    }
  }

  private void checkRead(Transaction reader, long key, List<Long> items) {
    List<Long> whole = list(key);
    if (items.size() > whole.size() || !whole.subList(0, items.size()).equals(items)) {
      add(Kind.NO_ORDER, reader, key, "a read that is no beginning of it");
    }
    for (Long item : items) {
      Integer writer = writerOf.get(item);
      if (writer != null && all.get(writer).outcome() == Outcome.ABORTED) {
        add(Kind.G1A, reader, key, "an item of " + all.get(writer).id());
      }
    }
    if (!items.isEmpty()) {
      Integer writer = writerOf.get(items.get(items.size() - 1));
      if (writer != null && !all.get(writer).equals(reader)) {
        List<Long> own = all.get(writer).appendedTo(key);
        if (!own.get(own.size() - 1).equals(items.get(items.size() - 1))) {
          add(Kind.G1B, reader, key, "some of what " + all.get(writer).id() + " appended");
        }
      }
    }
    if (items.size() < whole.size()) {
      Integer missed = writerOf.get(whole.get(items.size()));
      if (missed != null
          && all.get(missed).outcome() == Outcome.COMMITTED
          && all.get(missed).ended() < reader.began()) {
        add(Kind.STALE, reader, key, "nothing of " + all.get(missed).id());
      }
    }
  }

  private void add(Kind kind, Transaction who, long key, String what) {
    found.add(new Anomaly(kind, "transaction " + who.id() + ", list " + key + ": " + what));
  }

  private void connect() {
    for (List<Long> list : history.lists().values()) {
      for (int i = 1; i < list.size(); i++) {
        connect(writerOf.get(list.get(i - 1)), writerOf.get(list.get(i)), WW);
      }
    }
    for (int reader = 0; reader < all.size(); reader++) {
      int who = reader;
      all.get(reader)
          .reads()
          .forEach(
              (key, items) -> {
                List<Long> whole = list(key);
                if (!items.isEmpty()) {
                  connect(writerOf.get(items.get(items.size() - 1)), who, WR);
                }
                if (items.size() < whole.size()) {
                  connect(who, writerOf.get(whole.get(items.size())), RW);
                }
              });
    }
  }

  private void connect(Integer from, Integer to, int kind) {
    if (from != null && to != null && !from.equals(to)) {
      edges.get(from).merge(to, kind, (a, b) -> a | b);
    }
  }

  private void findCircles() {
    for (List<Integer> component : components(WW)) {
      add(Kind.G0, component);
    }
    for (List<Integer> component : components(WW | WR)) {
      if (hasEdge(component, WR)) {
        add(Kind.G1C, component);
      }
    }
    for (List<Integer> component : components(WW | WR | RW)) {
      Set<Integer> inside = new LinkedHashSet<>(component);
      for (Integer reader : component) {
        edges
            .get(reader)
            .forEach(
                (next, kinds) -> {
                  if ((kinds & RW) != 0 && inside.contains(next)) {
                    findBack(reader, next, inside);
                  }
                });
      }
    }
  }

  private boolean hasEdge(List<Integer> component, int kind) {
    return component.stream()
        .anyMatch(
            from ->
                edges.get(from).entrySet().stream()
                    .anyMatch(e -> component.contains(e.getKey()) && (e.getValue() & kind) != 0));
  }

  private void add(Kind kind, List<Integer> component) {
    found.add(
        new Anomaly(
            kind, component.stream().limit(6).map(i -> all.get(i).id()).toList().toString()));
  }

  /** A way of ww and wr from the end of an rw to its beginning, or one with rw in between. */
  private void findBack(int reader, int next, Set<Integer> inside) {
    if (reaches(next, reader, inside, false)) {
      found.add(new Anomaly(Kind.G_SINGLE, all.get(reader).id() + " before " + all.get(next).id()));
    } else if (reaches(next, reader, inside, true)) {
      found.add(
          new Anomaly(Kind.LONG_FORK, all.get(reader).id() + " before " + all.get(next).id()));
    }
  }

  /**
   * Whether there is a way on which no rw follows another one, that from which it starts and that
   * to which it leads being rw.
   */
  private boolean reaches(int from, int to, Set<Integer> inside, boolean byRw) {
    Set<Integer> seen = new LinkedHashSet<>(); // 2 * transaction, + 1 behind an rw
    Deque<Integer> open = new ArrayDeque<>(List.of(2 * from + 1));
    while (!open.isEmpty()) {
      int state = open.poll();
      for (Map.Entry<Integer, Integer> edge : edges.get(state / 2).entrySet()) {
        int next = edge.getKey();
        if (!inside.contains(next)) {
          continue;
        }
        if ((edge.getValue() & (WW | WR)) != 0) {
          if (next == to) {
            return true;
          }
          push(2 * next, seen, open);
        }
        if (byRw && (edge.getValue() & RW) != 0 && state % 2 == 0) {
          push(2 * next + 1, seen, open);
        }
      }
    }
    return false;
  }

  private static void push(int state, Set<Integer> seen, Deque<Integer> open) {
    if (seen.add(state)) {
      open.add(state);
    }
  }

  /** The strongly connected components of more than one transaction, by edges of these kinds. */
  private List<List<Integer>> components(int kinds) {
    int count = all.size();
    int[] index = new int[count];
    int[] low = new int[count];
    boolean[] onStack = new boolean[count];
    Arrays.fill(index, -1);
    List<List<Integer>> components = new ArrayList<>();
    Deque<Integer> stack = new ArrayDeque<>();
    int[] next = {0};
    for (int root = 0; root < count; root++) {
      if (index[root] < 0) {
        walk(root, kinds, index, low, onStack, stack, next, components);
      }
    }
    return components;
  }

  /** Without calling itself, for a history is longer than a stack is deep. */
  private void walk(
      int root,
      int kinds,
      int[] index,
      int[] low,
      boolean[] onStack,
      Deque<Integer> stack,
      int[] next,
      List<List<Integer>> components) {
    Deque<int[]> calls = new ArrayDeque<>();
    List<List<Integer>> successors = new ArrayList<>();
    calls.push(new int[] {root, 0});
    successors.add(successors(root, kinds));
    index[root] = low[root] = next[0]++;
    stack.push(root);
    onStack[root] = true;
    while (!calls.isEmpty()) {
      int[] call = calls.peek();
      List<Integer> after = successors.get(successors.size() - 1);
      if (call[1] < after.size()) {
        int one = after.get(call[1]++);
        if (index[one] < 0) {
          index[one] = low[one] = next[0]++;
          stack.push(one);
          onStack[one] = true;
          calls.push(new int[] {one, 0});
          successors.add(successors(one, kinds));
        } else if (onStack[one]) {
          low[call[0]] = Math.min(low[call[0]], index[one]);
        }
        continue;
      }
      calls.pop();
      successors.remove(successors.size() - 1);
      if (!calls.isEmpty()) {
        low[calls.peek()[0]] = Math.min(low[calls.peek()[0]], low[call[0]]);
      }
      if (low[call[0]] == index[call[0]]) {
        List<Integer> component = new ArrayList<>();
        int member;
        do {
          member = stack.pop();
          onStack[member] = false;
          component.add(member);
        } while (member != call[0]);
        if (component.size() > 1) {
          components.add(component);
        }
      }
    }
  }

  private List<Integer> successors(int from, int kinds) {
    List<Integer> after = new ArrayList<>();
    edges
        .get(from)
        .forEach(
            (to, kind) -> {
              if ((kind & kinds) != 0) {
                after.add(to);
              }
            });
    return after;
  }
}
