package io.shardjdbc.routing.route;

import java.util.List;

/**
 * How rows are gathered one table after another: what has been found of some thins out the others.
 *
 * <p>Shards are asked several times, so it takes a transaction that sees each shard at one moment.
 *
 * @param stages in the order of their rounds; what a stage goes by stands in front of it
 * @param overArrays as of {@link Gather}
 * @param overTables as of {@link Gather}
 */
public record InRounds(List<Thinned> stages, ShardStatement overArrays, ShardStatement overTables) {

  /**
   * A stage, and how its rows are thinned out by what was found before.
   *
   * @param stage its fetches take all rows that may matter, whatever was found
   * @param round from 0
   * @param found the columns whose values thin it out, which its thinned fetches take as arrays of
   *     text: marker {@code -n} is the n-th of them
   * @param fetches those that are thinned out
   */
  public record Thinned(
      Stage stage, int round, List<FoundColumn> found, List<ShardStatement> fetches) {
    public Thinned {
      found = List.copyOf(found);
      fetches = List.copyOf(fetches);
    }

    /** Whether anything that was found before thins it out. */
    public boolean isThinned() {
      return !found.isEmpty();
    }
  }

  /**
   * A column of an earlier stage.
   *
   * @param stage from 0
   * @param column from 0
   */
  public record FoundColumn(int stage, int column) {}

  public InRounds {
    stages = List.copyOf(stages);
  }

  /** What is fetched. */
  public List<Stage> plain() {
    return stages.stream().map(Thinned::stage).toList();
  }

  /** How many rounds there are. */
  public int rounds() {
    return stages.stream().mapToInt(Thinned::round).max().orElse(0) + 1;
  }
}
