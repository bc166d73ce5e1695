package io.shardjdbc.observe;

import io.shardjdbc.routing.ShardId;
import java.util.List;
import java.util.Locale;

/** One execution of a statement and where it goes. Immutable; it holds no values. */
public interface RoutedStatement {

  /** The statement's text. */
  String sql();

  /** What the statement does and to which tables: {@code SELECT users posts}. */
  String summary();

  /** What is decided from the text alone, in words; put together when it is asked for. */
  String plan();

  /** In which of the ways it runs. */
  Way way();

  /**
   * The shards that run statements of it; those that may, where that depends on rows which are
   * looked up first.
   */
  List<ShardId> shards();

  /** Whether it runs on several shards, or needs rows of several. */
  boolean isOverSeveralShards();

  /** Whether rows are first copied to where it runs. */
  boolean isGathered();

  /** Whether it may change rows, or the schema. */
  boolean mayWrite();

  /** Whether it may change the schema: which is the same on every shard, so it runs on several. */
  boolean mayChangeSchema();

  /** The epoch of the map that says where its keys live. */
  long epoch();

  /** The ways in which statements run. */
  enum Way {
    /** On the one shard that owns its keys, or has its table. */
    ONE_SHARD,
    /** On any shard, each of which would answer alike. */
    ANY_SHARD,
    /** On several shards at once, whose answers are merged. */
    SCATTER,
    /** On one shard, to which rows of others are copied first. */
    GATHER,
    /** On several shards, whose groups one server puts together. */
    REGROUP,
    /** On several shards, each of which is given rows that a query found. */
    BROADCAST,
    /** On the shards of the rows that a query gives. */
    DISTRIBUTE,
    /** On one shard after another, until there are enough rows. */
    IN_TURN,
    /** On the connection itself. */
    SESSION;

    /** The name in lower case, with underscores, as metrics and traces show it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
