package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * How the answers of the shards become the one answer of the statement.
 *
 * <p>Positions of columns count from 1 in what the shards return. Shards may return more columns
 * than the caller asked for: the last {@code hiddenColumns} of them are for the merge alone.
 */
public sealed interface Merge {

  /** The value of a limit that is not there. */
  long NO_LIMIT = Long.MAX_VALUE;

  /** One shard answers; nothing is merged. Its update count and rows are the caller's. */
  record Single() implements Merge {}

  /**
   * Every shard would answer alike, as for a reference table or no table: the route names one, and
   * the executor may take another, for instance one whose connection it holds.
   */
  record AnyShard() implements Merge {}

  /**
   * Rows in any order: one shard's after another's.
   *
   * @param skip how many rows OFFSET passes over
   * @param limit how many rows there are at most, or {@link #NO_LIMIT}
   */
  record Concatenate(long skip, long limit) implements Merge {}

  /**
   * Rows of every shard are sorted alike; the merge keeps that order.
   *
   * @param keys at least one
   * @param withTies FETCH FIRST .. WITH TIES
   */
  record Sorted(List<SortKey> keys, int hiddenColumns, long skip, long limit, boolean withTies)
      implements Merge {
    public Sorted {
      keys = List.copyOf(keys);
    }
  }

  /**
   * One column that rows are sorted by.
   *
   * @param column its position: positive from the first column, negative from the last ({@code -1}
   *     is the last)
   * @param label its text in ORDER BY, for messages
   * @param text how it sorts if it is text
   */
  record SortKey(
      int column, boolean descending, boolean nullsFirst, String label, TextOrder text) {}

  /** What the text of a statement and the catalog tell of the order of a column of text. */
  enum TextOrder {
    /** As its bytes do, as under collation C. */
    BYTES,
    /** As only the server knows. */
    COLLATED,
    /** It may not be text at all, or its collation is not known. */
    UNKNOWN
  }

  /** Each shard answers one row of aggregates; the merge combines them column by column. */
  record Totals(List<Total> columns) implements Merge {
    public Totals {
      columns = List.copyOf(columns);
    }
  }

  /** How one column of {@link Totals} combines. */
  enum Total {
    /** {@code count}: the sum of never-NULL counts. */
    COUNT,
    /** {@code sum}: NULL where every shard says NULL. */
    SUM,
    MIN,
    MAX,
    BOOL_AND,
    BOOL_OR
  }

  /** A write whose update count is the sum over the shards; rows of RETURNING in any order. */
  record SumOfCounts() implements Merge {}

  /**
   * A write to every copy of a reference table, or DDL: each shard does the same, and the first
   * shard's count and rows are the caller's.
   *
   * @param inTransaction false for statements that PostgreSQL runs outside a transaction block
   *     only, such as VACUUM or CREATE INDEX CONCURRENTLY: each shard commits by itself
   */
  record SameOnAll(boolean inTransaction) implements Merge {}

  /**
   * A split INSERT: the update count is the sum; returned rows (RETURNING, generated keys) go back
   * into the caller's order.
   *
   * @param rows for each shard statement, in their order, which of the caller's rows (from 0) it
   *     inserts, ascending
   */
  record RowOrder(List<List<Integer>> rows) implements Merge {
    public RowOrder {
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /**
   * The caller's own statement runs on one shard over rows that are first fetched from the others.
   *
   * <p>The route's only statement is the form for few rows: every stage is a common table over
   * {@code unnest} of text arrays, whose markers come first, stage by stage and column by column,
   * then the caller's. {@code overTables} is the form for many rows: every stage is a temporary
   * table of its name and columns, and only the caller's markers are there.
   *
   * @param stages what is fetched; possibly nothing
   */
  record Gather(List<Stage> stages, ShardStatement overTables) implements Merge {
    public Gather {
      stages = List.copyOf(stages);
    }
  }

  /**
   * Each shard groups its own rows; one of them puts the groups together and finishes the
   * statement.
   *
   * <p>What each shard answers has {@code width} columns of text, and as many behind them that are
   * NULL and show the types of the former.
   *
   * @param tables the tables whose rows are grouped, for messages
   * @param ofRows whether the groups are rows of the tables, so that this is a way of gathering
   * @param home the shard that finishes; another may do so if it does not answer
   */
  record Regroup(String tables, int width, boolean ofRows, ShardId home, Finish finish)
      implements Merge {}

  /** Makes the second half of a {@link Regroup} from the types that the shards' answers have. */
  @FunctionalInterface
  interface Finish {
    /**
     * A route to one shard that {@linkplain Gather gathers} there; its one stage, which fetches
     * nothing, is what the shards have answered.
     *
     * @throws RoutingException a refusal, if groups of these types cannot be put together exactly
     */
    Route on(ShardId home, List<ValueType> types);
  }

  /**
   * The type of a column of what a shard answers.
   *
   * @param name as the driver has it: {@code int8}, {@code mood}, {@code "app"."mood"}
   */
  record ValueType(String name, boolean enumeration) {
    /** The name as a cast has it. */
    public String sqlName() {
      return name.startsWith("\"") ? name : Identifiers.quote(name);
    }
  }

  /**
   * A write that each shard carries out over its own rows, with rows of other tables that are
   * fetched first and given to all of them.
   *
   * <p>In each statement of the route the first markers are the stages' arrays, stage by stage and
   * column by column as in {@link Gather}; the caller's follow.
   *
   * @param merge how the answers of the shards become one
   */
  record Broadcast(List<Stage> stages, Merge merge) implements Merge {
    public Broadcast {
      stages = List.copyOf(stages);
    }
  }

  /**
   * A write of rows that a query gives. The statements of the route only say which shards may take
   * part; what they run is known when the rows are.
   */
  record Distribute(RowDistribution rows) implements Merge {}

  /**
   * Rows of one table that are needed elsewhere.
   *
   * @param name the name they get, quoted
   * @param table the table they come from, for messages
   * @param columns what is fetched of each row
   * @param fetches the queries that return these columns as text; a shard may occur in several
   *     stages, once in each
   */
  record Stage(
      String name, String table, List<StagedColumn> columns, List<ShardStatement> fetches) {
    public Stage {
      columns = List.copyOf(columns);
      fetches = List.copyOf(fetches);
    }
  }

  /**
   * A column of a stage.
   *
   * @param name quoted
   * @param type as a cast names it, with its collation where that is not the type's own
   */
  record StagedColumn(String name, String type, String collation) {}
}
