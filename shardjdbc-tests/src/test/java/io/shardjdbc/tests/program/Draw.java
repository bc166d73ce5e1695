package io.shardjdbc.tests.program;

import java.util.List;
import java.util.Random;

/** Random choices that a seed repeats. Not thread-safe. */
final class Draw {

  private final Random random;

  Draw(long seed) {
    this.random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
    for (int i = 0; i < 8; i++) {
      random.nextLong(); // the first numbers of neighbouring seeds are alike
    }
  }

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

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
