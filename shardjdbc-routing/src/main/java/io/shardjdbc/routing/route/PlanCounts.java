package io.shardjdbc.routing.route;

/**
 * What a router's memory of plans has done so far.
 *
 * @param hits how often a plan was found
 * @param misses how often one was made
 * @param size how many are remembered now
 * @param version of the schema by which these were made
 */
public record PlanCounts(long hits, long misses, int size, long version) {

  /** Of two memories. */
  public PlanCounts plus(PlanCounts other) {
    return new PlanCounts(
        hits + other.hits,
        misses + other.misses,
        size + other.size,
        Math.max(version, other.version));
  }
}
