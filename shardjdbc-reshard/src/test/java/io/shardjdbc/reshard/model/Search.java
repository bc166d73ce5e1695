package io.shardjdbc.reshard.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Visits every state that can come, breadth first, so that a fault is shown by its shortest story.
 */
final class Search {
  private final Servers servers;
  private final Mover mover;
  private final List<Client> clients;
  private final Visited visited = new Visited();
  private final Frontier frontier = new Frontier();
  private String fault = "";
  private long faulty;

  Search(Rules rules, Client.Role first, Client.Role second) {
    this.clients = List.of(new Client(rules, 0, first), new Client(rules, 1, second));
    this.servers = new Servers(rules, second == Client.Role.READS_REPLICA);
    this.mover = new Mover(rules, clients);
  }

  /** Goes through all states, or as far as the first fault. */
  Search run() {
    Step step = new Step();
    visit(State.first(), State.first());
    while (!frontier.isEmpty() && fault.isEmpty()) {
      step.from = frontier.take();
      servers.next(step.from, step);
      mover.next(step.from, step);
      for (Client client : clients) {
        client.next(step.from, step);
      }
    }
    return this;
  }

  /** What went wrong; empty if nothing did. */
  String fault() {
    return fault;
  }

  int states() {
    return visited.size();
  }

  /** The states that lead to the fault. */
  String story() {
    List<String> story = new ArrayList<>();
    story.add(fault);
    long at = faulty;
    while (at != State.first()) {
      story.add(State.describe(at));
      at = visited.origin(at);
    }
    Collections.reverse(story);
    return String.join("\n", story);
  }

  private void visit(long state, long origin) {
    if (visited.add(state, origin)) {
      frontier.add(state);
      fail(State.fault(state), state);
    }
  }

  private void fail(String what, long state) {
    if (fault.isEmpty() && !what.isEmpty()) {
      fault = what;
      faulty = state;
    }
  }

  /** The steps that go out from one state. */
  private final class Step implements Steps {
    private long from;

    @Override
    public void to(long state) {
      visit(state, from);
    }

    @Override
    public void fault(String what) {
      fail(what, from);
    }
  }

  /** States to go on from, in blocks, since a queue of objects would weigh four times as much. */
  private static final class Frontier {
    private static final int BLOCK = 1 << 14;
    private final ArrayDeque<long[]> blocks = new ArrayDeque<>();
    private int head;
    private int tail = BLOCK;

    void add(long state) {
      if (tail == BLOCK) {
        blocks.addLast(new long[BLOCK]);
        tail = 0;
      }
      blocks.getLast()[tail++] = state;
    }

    boolean isEmpty() {
      return blocks.isEmpty() || (blocks.size() == 1 && head == tail);
    }

    long take() {
      long state = blocks.getFirst()[head++];
      if (head == BLOCK) {
        blocks.removeFirst();
        head = 0;
      }
      return state;
    }
  }
}
