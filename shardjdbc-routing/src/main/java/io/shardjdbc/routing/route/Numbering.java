package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement has to take from sequences before it is routed, and how it goes on with it.
 *
 * <p>A sequence counts in one place, its home. A statement that runs elsewhere, or that needs its
 * number to know where it runs, is given the numbers as values: wherever one server would have
 * called {@code nextval}, the {@linkplain #plan plan} has a marker. Immutable and thread-safe; it
 * holds no values.
 *
 * @param plan of the statement with these markers
 * @param draws what is taken
 * @param remembered the sequences whose last numbers in this session it asks for; their numbers
 *     follow those of the draws. An empty name is the sequence that was used last
 * @param sizes what is added up over shards; these numbers come last
 * @param markers for each value of the plan, in order: the index (from 1) of the caller's value, or
 *     {@code -n} for the n-th number, counted through all draws in their order
 * @param last the number that one server would have taken last; 0 where none is taken
 */
public record Numbering(
    Plan plan,
    List<Draw> draws,
    List<List<String>> remembered,
    List<Size> sizes,
    List<Integer> markers,
    int last) {

  public Numbering {
    draws = List.copyOf(draws);
    remembered = List.copyOf(remembered);
    sizes = List.copyOf(sizes);
    markers = List.copyOf(markers);
  }

  /** The same with another plan for the rest. */
  public Numbering with(Plan other) {
    return new Numbering(other, draws, remembered, sizes, markers, last);
  }

  /**
   * Numbers of one sequence.
   *
   * @param sequence its name as {@code regclass} reads it
   * @param name its schema and name; only what the text says, where it is not known
   * @param home the shard on which it counts
   * @param count how many are taken, one after another
   */
  public record Draw(String sequence, List<String> name, ShardId home, int count) {
    public Draw {
      name = List.copyOf(name);
    }

    /** The same of another number of rows. */
    public Draw times(int rows) {
      return new Draw(sequence, name, home, rows);
    }

    /** Whether the name is looked for in the search path of the session. */
    public boolean isUnqualified() {
      return Identifiers.parse(sequence).size() == 1;
    }
  }

  /**
   * How much room something takes, over all shards that have a part of it.
   *
   * @param query asks one shard
   * @param only the one shard that has it; null where each has a part
   * @param oneCopy whether each has a copy, of which one counts
   */
  public record Size(String query, @Nullable ShardId only, boolean oneCopy) {}

  /** How many numbers are taken in all. */
  public int count() {
    return draws.stream().mapToInt(Draw::count).sum();
  }

  /** How many numbers it needs, those among them that are not taken. */
  public int sizeOfAll() {
    return count() + remembered.size() + sizes.size();
  }
}
