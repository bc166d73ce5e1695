package io.shardjdbc.routing.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the answers of the shards become the one answer of the statement.
 *
 * <p>Positions of columns count from 1 in what the shards return. Shards may return more columns
 * than the caller asked for: the last {@code hiddenColumns} of them are for the merge alone.
 */
public sealed interface Merge {

  /** The value of a limit that is not there. */
  long NO_LIMIT = Long.MAX_VALUE;

  /** All rows, those of one shard after those of another. */
  Merge ONE_AFTER_ANOTHER = new Concatenate(0, NO_LIMIT);

  /** How many of the merged rows are passed over before the first that the caller gets. */
  long skip();

  /** Whether the first shard's count and rows are the caller's, as all have the same. */
  boolean isAlikeOnAll();

  /** Whether each shard's count is of rows of its own, so that the counts add up. */
  boolean ofParts();

  /** Whether rows are added that do not depend on what others write at the same time. */
  boolean ofValues();

  /** Whether it says where each row that a shard returns belongs among those of the others. */
  default boolean placesRows() {
    return false;
  }

  /** Whether the shards' work is one transaction. */
  boolean inTransaction();

  /** What the databases of one server have in common of it. */
  OfServer ofServer();

  /** What databases of one server have in common of a statement's work. */
  enum OfServer {
    /** Each has its own. */
    NOTHING,
    /** Each does it for itself, but writes to what they share, so that they have to take turns. */
    PART,
    /** Who does it in one of them has done it for all: roles. */
    ALL
  }

  /** The answer for the kind of merge that this is. */
  <T, E extends Exception> T fold(Cases<T, E> cases) throws E;

  /** An answer for each kind of merge. */
  interface Cases<T, E extends Exception> {

    T concatenate(Concatenate merge) throws E;

    T sorted(Sorted merge) throws E;

    T totals(Totals merge) throws E;

    T groups(Groups merge) throws E;

    T sumOfCounts(SumOfCounts merge) throws E;

    T sameOnAll(SameOnAll merge) throws E;

    T rowOrder(RowOrder merge) throws E;
  }

  /** What comes of rows that each shard has for itself, in one transaction of all. */
  sealed interface OfOwnRows extends Merge {

    @Override
    default long skip() {
      return 0;
    }

    @Override
    default boolean isAlikeOnAll() {
      return false;
    }

    @Override
    default boolean ofParts() {
      return true;
    }

    @Override
    default boolean ofValues() {
      return false;
    }

    @Override
    default boolean inTransaction() {
      return true;
    }

    @Override
    default OfServer ofServer() {
      return OfServer.NOTHING;
    }
  }

  /**
   * Rows in any order: one shard's after another's.
   *
   * @param skip how many rows OFFSET passes over
   * @param limit how many rows there are at most, or {@link #NO_LIMIT}
   */
  record Concatenate(long skip, long limit) implements OfOwnRows {
    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.concatenate(this);
    }
  }

  /**
   * Rows of every shard are sorted alike; the merge keeps that order.
   *
   * @param keys at least one
   * @param withTies FETCH FIRST .. WITH TIES
   */
  record Sorted(List<SortKey> keys, int hiddenColumns, long skip, long limit, boolean withTies)
      implements OfOwnRows {
    public Sorted {
      keys = List.copyOf(keys);
    }

    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.sorted(this);
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
  record Totals(List<Total> columns) implements OfOwnRows {
    public Totals {
      columns = List.copyOf(columns);
    }

    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.totals(this);
    }
  }

  /**
   * Each shard answers groups of its own rows; those of equal keys become one group.
   *
   * @param columns at least one; those that do not combine are the keys
   * @param order how the groups are sorted; empty for any order
   * @param skip how many groups OFFSET passes over
   * @param limit how many groups there are at most, or {@link #NO_LIMIT}
   */
  record Groups(List<GroupColumn> columns, List<SortKey> order, long skip, long limit)
      implements OfOwnRows {
    public Groups {
      columns = List.copyOf(columns);
      order = List.copyOf(order);
    }

    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.groups(this);
    }
  }

  /**
   * One column of {@link Groups}.
   *
   * @param total how it combines; null for a key
   * @param exactText whether a key, if it is text, equals another only where the bytes do
   */
  record GroupColumn(@Nullable Total total, boolean exactText) {}

  /** How one column of {@link Totals} or {@link Groups} combines. */
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
  record SumOfCounts() implements OfOwnRows {
    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.sumOfCounts(this);
    }
  }

  /**
   * A write to every copy of a reference table, or DDL: each shard does the same, and the first
   * shard's count and rows are the caller's.
   *
   * @param inTransaction false for statements that PostgreSQL runs outside a transaction block
   *     only, such as VACUUM or CREATE INDEX CONCURRENTLY: each shard commits by itself
   * @param ofParts whether each shard does it with rows of its own, so that the counts add up
   * @param ofValues whether rows are added that are given as values, so that what others write at
   *     the same time changes nothing about them
   */
  record SameOnAll(boolean inTransaction, boolean ofParts, OfServer ofServer, boolean ofValues)
      implements Merge {

    /** What may depend on what others write. */
    public SameOnAll(boolean inTransaction, boolean ofParts, OfServer ofServer) {
      this(inTransaction, ofParts, ofServer, false);
    }

    /** What concerns each shard's own database. */
    public SameOnAll(boolean inTransaction, boolean ofParts) {
      this(inTransaction, ofParts, OfServer.NOTHING);
    }

    /** The same to the same rows, which may depend on what others write. */
    public SameOnAll(boolean inTransaction) {
      this(inTransaction, false);
    }

    @Override
    public long skip() {
      return 0;
    }

    @Override
    public boolean isAlikeOnAll() {
      return true;
    }

    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.sameOnAll(this);
    }
  }

  /**
   * A split INSERT: the update count is the sum; returned rows (RETURNING, generated keys) go back
   * into the caller's order.
   *
   * @param rows for each shard statement, in their order, which of the caller's rows (from 0) it
   *     inserts, ascending; {@link #RETURNED_BY_ANOTHER} for a copy's row that counts once
   */
  record RowOrder(List<List<Integer>> rows) implements OfOwnRows {

    /** In the place of a row that another shard returns as well. */
    public static final int RETURNED_BY_ANOTHER = -1;

    public RowOrder {
      rows = rows.stream().map(List::copyOf).toList();
    }

    @Override
    public boolean placesRows() {
      return true;
    }

    @Override
    public <T, E extends Exception> T fold(Cases<T, E> cases) throws E {
      return cases.rowOrder(this);
    }
  }
}
