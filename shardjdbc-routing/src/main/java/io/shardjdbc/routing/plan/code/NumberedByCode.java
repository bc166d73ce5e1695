package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.SequenceHomes;
import io.shardjdbc.routing.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows that functions, triggers and rules write, and that a sequence numbers.
 *
 * <p>Nobody can take the numbers of such rows first, as those of the statement's own: the server
 * that runs the code counts. That is right at the sequence's home, so for tables that lie there.
 */
public final class NumberedByCode {

  private NumberedByCode() {}

  /** A look into code that knows where it counts. */
  static Reaches reaches(Tables tables) {
    return new Reaches(
        tables.configuration(), tables.catalog(), statement -> SequenceHomes.of(statement, tables));
  }

  /** Refuses a statement of a block that would count on a shard to which it is pinned. */
  public static void requireHome(Statement statement, Tables tables, ShardId shard) {
    requireHome(SequenceHomes.of(statement, tables), shard);
  }

  /** The same of code that counts at some homes. */
  static void requireHome(Set<ShardId> homes, ShardId shard) {
    for (ShardId home : homes) {
      if (!home.equals(shard)) {
        throw new RoutingException(ErrorCode.SEQUENCE_APART, "what code of users numbers", home);
      }
    }
  }

  /** Says that code reads how far a sequence has come, which its home alone knows; else null. */
  static @Nullable String read(Mentions mentions, RoutingConfiguration routing, Catalog catalog) {
    boolean reads =
        mentions.reads().stream()
            .filter(name -> !Tables.isSystem(name) && !routing.declares(name))
            .anyMatch(name -> catalog.sequence(name).isPresent());
    return reads ? "reads a sequence" : null;
  }

  /**
   * Where the code has to run to count.
   *
   * @throws RoutingException where it writes what lies on other shards
   */
  static Set<ShardId> homes(String what, Reach reach, Tables tables) {
    boolean spread =
        reach.writes().stream()
            .flatMap(name -> tables.behind(name).stream())
            .anyMatch(table -> !(table instanceof Table.Single));
    if (spread && !reach.counts().isEmpty()) {
      throw new RoutingException(
          ErrorCode.CODE_BEYOND_SHARD, what, "writes rows that a sequence numbers");
    }
    return reach.counts();
  }
}
