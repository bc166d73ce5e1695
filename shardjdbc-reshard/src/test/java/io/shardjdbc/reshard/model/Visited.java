package io.shardjdbc.reshard.model;

import java.util.Arrays;

/** The states that were visited, each with the one that it was found from. */
final class Visited {
  private static final long FREE = -1;

  private long[] states = new long[1 << 16];
  private long[] origins = new long[1 << 16];
  private int size;

  Visited() {
    Arrays.fill(states, FREE);
  }

  /** Whether the state is a new one. */
  boolean add(long state, long origin) {
    if (size * 2 > states.length) {
      grow();
    }
    int at = place(states, state);
    if (states[at] == state) {
      return false;
    }
    states[at] = state;
    origins[at] = origin;
    size++;
    return true;
  }

  long origin(long state) {
    return origins[place(states, state)];
  }

  int size() {
    return size;
  }

  private static int place(long[] table, long state) {
    long mixed = state * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 20) & table.length - 1;
    while (table[at] != FREE && table[at] != state) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }

  private void grow() {
    long[] more = new long[states.length * 2];
    long[] moreOrigins = new long[more.length];
    Arrays.fill(more, FREE);
    for (int i = 0; i < states.length; i++) {
      if (states[i] != FREE) {
        int at = place(more, states[i]);
        more[at] = states[i];
        moreOrigins[at] = origins[i];
      }
    }
    states = more;
    origins = moreOrigins;
  }
}
