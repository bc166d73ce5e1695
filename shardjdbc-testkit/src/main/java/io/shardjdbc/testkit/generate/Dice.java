package io.shardjdbc.testkit.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random choices that a seed repeats. Not thread-safe. */
final class Dice {

  private final Random random;

  Dice(long seed) {
    this.random = new Random(seed);
    // The first numbers of neighbouring seeds are alike.
    for (int i = 0; i < 8; i++) {
      random.nextLong();
    }
  }

  /** A number from 0 to below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A number between both, which are possible too. */
  int between(int least, int greatest) {
    return least + random.nextInt(greatest - least + 1);
  }

  /** True in so many of a hundred cases. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Takes one of several ways; each call is made only if it is chosen. */
  @SafeVarargs
  final <T> T one(Supplier<? extends T>... ways) {
    return ways[random.nextInt(ways.length)].get();
  }

  /** So many elements, each possibly more than once. */
  <T> List<T> some(List<T> choices, int count) {
    List<T> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chosen.add(pick(choices));
    }
    return chosen;
  }

  /** So many different elements, or all there are. */
  <T> List<T> distinct(List<T> choices, int count) {
    List<T> rest = new ArrayList<>(choices);
    List<T> chosen = new ArrayList<>();
    while (chosen.size() < count && !rest.isEmpty()) {
      chosen.add(rest.remove(random.nextInt(rest.size())));
    }
    return chosen;
  }
}
