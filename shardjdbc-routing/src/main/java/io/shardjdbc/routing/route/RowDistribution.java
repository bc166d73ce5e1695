package io.shardjdbc.routing.route;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A write of rows that a query gives: the query is answered first, as any read is, and its rows go
 * to the shards that own their keys.
 *
 * <p>Immutable and thread-safe; it holds no values.
 */
public interface RowDistribution {

  /** The query. It reads primaries. */
  Plan source();

  /** For each parameter of the query, the index (from 1) of the caller's value. */
  List<Integer> sourceParameters();

  /** The table written to, for messages. */
  String table();

  /**
   * Sequences that give each row a number: {@link Rows} have a column more for each, behind the
   * query's own. The counts of the draws mean nothing.
   */
  default List<Numbering.Draw> numbers() {
    return List.of();
  }

  /** Whether a row of the query is one that takes its numbers. */
  default boolean takesNumbers(Rows rows, int row) {
    return true;
  }

  /**
   * Whether the query itself writes: it deletes rows, which are inserted elsewhere. Both have to be
   * one transaction then, in two-phase mode.
   */
  default boolean movesRows() {
    return false;
  }

  /** Whether the query locks or deletes rows, in one transaction with the write. */
  default boolean locksRows() {
    return false;
  }

  /**
   * Whether what comes first is all that is written. In auto-commit mode it is then committed as
   * any write over shards is.
   */
  default boolean writesFirst() {
    return false;
  }

  /** Whether rows come from, or go to, several shards. */
  default boolean isOverSeveralShards() {
    return true;
  }

  /**
   * Another way for the whole statement, that the rows show to be the right one; empty where their
   * {@link #deal} is.
   *
   * @throws RoutingException if the rows show that the statement is refused
   */
  default Optional<Instead> otherwise(Rows rows, List<@Nullable Object> values, ShardMap map) {
    return Optional.empty();
  }

  /**
   * Another way, and the values that its statements take.
   *
   * @param columns the first ones: an array of text for each of these columns, with all its rows
   * @param parameters the caller's values that follow, by their indices (from 1)
   */
  record Instead(Route route, List<Integer> columns, List<Integer> parameters) {
    public Instead {
      columns = List.copyOf(columns);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * What a server has to be asked about the rows before it is known where they go; empty where
   * nothing has. It is asked behind {@link #otherwise}.
   */
  default Optional<Question> question(Rows rows, List<@Nullable Object> values) {
    return Optional.empty();
  }

  /**
   * A query whose answer has a row for each of the rows, in their order.
   *
   * @param columns its first values: an array of text for each of these columns, with all its rows
   * @param parameters the caller's values that follow, by their indices (from 1)
   */
  record Question(Plan plan, List<Integer> columns, List<Integer> parameters) {
    public Question {
      columns = List.copyOf(columns);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * Says where rows go.
   *
   * @param told the answer to the question about them; null where there was none
   * @param values the caller's
   * @throws RoutingException if a row has no key, or one that only the server can tell
   */
  default Deal deal(Rows rows, @Nullable Rows told, List<@Nullable Object> values, ShardMap map) {
    return deal(rows, values, map);
  }

  /** The same where nothing was asked. */
  Deal deal(Rows rows, List<@Nullable Object> values, ShardMap map);

  /** Rows of the query, as text. */
  interface Rows {

    /** The columns' names. */
    List<String> names();

    /** The columns' types, as a cast names them. */
    List<String> types();

    int count();

    /** A value as the server writes it, or null. */
    @Nullable String value(int row, int column);
  }

  /**
   * The write with its rows.
   *
   * @param route what each shard runs. The first markers of its statements are arrays of text, one
   *     for each of {@code columns}; the caller's values follow
   * @param rows for each statement of the route which rows it takes, ascending
   * @param columns the columns that are given to the shards
   */
  record Deal(DirectRoute route, List<List<Integer>> rows, List<Integer> columns) {
    public Deal {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }
  }
}
