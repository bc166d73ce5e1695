package io.shardjdbc.gather;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ValueType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of types by their numbers on a shard, as its catalogue has them; a domain is what it is
 * over.
 *
 * <p>The driver has a name for each type, without the schema if that was on the search path when
 * the driver first met the type. PostgreSQL's own are certain by their numbers; people's own are
 * looked up.
 */
public final class TypeNames {

  /** The server numbers the objects of people from here on. */
  private static final long FIRST_OF_PEOPLE = 16_384;

  private static final String LOOK_UP =
      """
      WITH RECURSIVE base (part, oid, next) AS (
        SELECT n.part, t.oid, t.typbasetype
          FROM pg_catalog.unnest(%s) WITH ORDINALITY n (oid, part)
          JOIN pg_catalog.pg_type t ON t.oid = n.oid
        UNION ALL
        SELECT base.part, t.oid, t.typbasetype
          FROM pg_catalog.pg_type t JOIN base ON t.oid = base.next)
      SELECT base.part, s.nspname, t.typname, t.typtype = 'e'
        FROM base
        JOIN pg_catalog.pg_type t ON t.oid = base.oid
        JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
       WHERE base.next = 0
      """;

  private TypeNames() {}

  /** Whether a type is not PostgreSQL's own. */
  public static boolean isOfPeople(long number) {
    return number >= FIRST_OF_PEOPLE;
  }

  /**
   * Asks a shard.
   *
   * @param primary whether its primary has to answer
   * @param numbers an array of numbers, in SQL
   * @return the types by their places in the array, from 0
   */
  public static Map<Integer, ValueType> lookUp(
      Runner runner, Execution<?> execution, boolean primary, ShardId shard, String numbers)
      throws SQLException {
    DirectRoute question =
        new OneShard(
            primary ? Effect.READ_ON_PRIMARY : Effect.READ,
            ShardStatement.rewritten(shard, LOOK_UP.formatted(numbers), List.of()),
            KeyHashes.any(),
            primary,
            null,
            List.of());
    Execution<DirectRoute> asking =
        execution.on(question).doing(execution.invocation().fetching(0));
    Map<Integer, ValueType> types = new HashMap<>();
    try (Answer answer = runner.run(asking)) {
      ResultSet rows = answer.first().rows();
      while (rows.next()) {
        String schema = rows.getString(2);
        String name = rows.getString(3);
        boolean own = schema.equals("pg_catalog");
        types.put(
            rows.getInt(1) - 1,
            new ValueType(
                own ? name : Identifiers.quote(schema) + "." + Identifiers.quote(name),
                rows.getBoolean(4)));
      }
    }
    return types;
  }
}
