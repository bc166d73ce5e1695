package io.shardjdbc;

import io.shardjdbc.routing.ShardId;
import java.util.Optional;

/**
 * Something in the servers' schemas that does not go with the configuration. Immutable.
 *
 * @param kind what is wrong, and the way out
 * @param table the declared table, as it is written in SQL
 * @param shard where it was found; empty where it is of all shards together
 * @param subject the column, constraint, or difference in question; no row's value
 */
public record SchemaFinding(Kind kind, String table, Optional<ShardId> shard, String subject) {

  /** What can be wrong. */
  public enum Kind {
    /** The declared table does not exist there. */
    TABLE_MISSING("is not there", "create it on every shard, or correct its name"),
    /** The declared key names a column that the table does not have. */
    KEY_MISSING("has no such key column", "correct the key"),
    /** The key's type, collation or the database's encoding cannot be hashed alike everywhere. */
    KEY_UNUSABLE(
        "has a key that cannot place rows",
        "use smallint, integer, bigint, uuid, or text of a deterministic collation in UTF-8"),
    /** The shards do not have the same columns, in the same order, of the same types. */
    SHAPE_DIFFERS("differs between shards", "bring the shards to one version of the schema"),
    /** A UNIQUE or PRIMARY KEY constraint, or an exclusion, that two shards can break together. */
    UNIQUE_WITHOUT_KEY(
        "has a uniqueness that holds on each shard only",
        "add the shard key's columns to it, or make its values unique where they are made"),
    /** A foreign key whose row may lie on another shard. */
    FOREIGN_KEY_APART(
        "refers to rows that may lie on another shard",
        "shard both tables by the columns of the foreign key, make the other a reference table, or"
            + " drop the constraint"),
    /** A reference table whose copies have not the same rows. */
    COPIES_DIFFER("is a reference table whose copies differ", "copy it from one shard anew");

    private final String problem;
    private final String wayOut;

    Kind(String problem, String wayOut) {
      this.problem = problem;
      this.wayOut = wayOut;
    }

    /** What to do about it. */
    public String wayOut() {
      return wayOut;
    }
  }

  /** The finding on one line: what is wrong, then the way out. */
  public String message() {
    String where = shard.map(id -> " on shard " + id).orElse("");
    return "table %s%s %s: %s; %s".formatted(table, where, kind.problem, subject, kind.wayOut);
  }
}
