package io.shardjdbc.benchmarks.contest;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one contestant cost in each round, for one act.
 *
 * @param name the contestant's
 * @param rounds in the order of the rounds, which are those of the other contestants
 */
public record Samples(String name, List<Sample> rounds) {

  /**
   * One round.
   *
   * @param nanos of the clock, for one act of one thread
   * @param processor nanoseconds of the threads that asked; NaN where they are not counted
   * @param bytes allocated by them; NaN where they are not counted
   */
  public record Sample(double nanos, double processor, double bytes) {}

  /** The median time of an act, in nanoseconds. */
  public double nanos() {
    return median(Sample::nanos);
  }

  /** The median of an act's processor time in the client, in nanoseconds. */
  public double processor() {
    return median(Sample::processor);
  }

  /** The median of the bytes that an act allocates in the client. */
  public double bytes() {
    return median(Sample::bytes);
  }

  private double median(ToDoubleFunction<Sample> of) {
    return median(rounds.stream().mapToDouble(of).toArray());
  }

  /** How fast this is: the other one's time divided by its own, the median over all rounds. */
  public double speedBeside(Samples other) {
    return paired(other, (mine, its) -> its.nanos() / mine.nanos());
  }

  /** How much longer an act takes, in nanoseconds: the median over all rounds. */
  public double longerThan(Samples other) {
    return paired(other, (mine, its) -> mine.nanos() - its.nanos());
  }

  /** How much more processor time an act takes, in nanoseconds: the median over all rounds. */
  public double moreProcessorThan(Samples other) {
    return paired(other, (mine, its) -> mine.processor() - its.processor());
  }

  /** How many more bytes an act allocates: the median over all rounds. */
  public double moreBytesThan(Samples other) {
    return paired(other, (mine, its) -> mine.bytes() - its.bytes());
  }

  private interface Pair {
    double of(Sample mine, Sample its);
  }

  private double paired(Samples other, Pair pair) {
    double[] all = new double[rounds.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = pair.of(rounds.get(i), other.rounds.get(i));
    }
    return median(all);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
