package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a function, a procedure, a DO block or a rule runs: each statement and each expression that
 * is written in it, as a statement of its own.
 *
 * @param statements an expression {@code e} as {@code SELECT e}; targets of INTO are left out
 * @param opaque why there may be more than that, in words that follow the name of the function:
 *     {@code "runs a text that it makes itself"}; null where there is not
 * @param given the columns of a trigger's new row that it gives values; {@link #ANY} where it may
 *     give that row any
 * @param changed the names that do not stand for one value of one parameter throughout it, a
 *     parameter's number as {@code $1}; {@link #ANY} where that may be true of any
 */
public record RoutineBody(
    List<ParsedSql> statements, @Nullable String opaque, Set<String> given, Set<String> changed) {

  /** What stands for any column, or any name. */
  public static final String ANY = "*";

  private static final String UNREAD = "has a body that is not understood";

  public RoutineBody {
    statements = List.copyOf(statements);
    given = Set.copyOf(given);
    changed = Set.copyOf(changed);
  }

  /** Of what has no variables. */
  RoutineBody(List<ParsedSql> statements, @Nullable String opaque) {
    this(statements, opaque, Set.of(), Set.of());
  }

  /** A body that cannot be looked into. */
  public static RoutineBody opaque(String why) {
    return new RoutineBody(List.of(), why);
  }

  /** The body of a function in SQL: statements, RETURN with an expression, or BEGIN ATOMIC. */
  public static RoutineBody ofSql(String source) {
    try {
      return new SqlBodyReader(source).read();
    } catch (SqlSyntaxException e) {
      return opaque(UNREAD);
    }
  }

  /** The body of a function in PL/pgSQL, or of DO. */
  public static RoutineBody ofPlpgsql(String source) {
    try {
      return new PlpgsqlReader(source).read();
    } catch (SqlSyntaxException e) {
      return opaque(UNREAD);
    }
  }

  /** The condition of a trigger, of its definition: what stands behind WHEN. */
  public static RoutineBody ofCondition(String definition) {
    try {
      return new SqlBodyReader(definition).condition();
    } catch (SqlSyntaxException e) {
      return opaque(UNREAD);
    }
  }

  /** What a rule does, of its definition: its condition, and what stands behind DO. */
  public static RoutineBody ofRule(String definition) {
    try {
      return new SqlBodyReader(definition).ruleActions();
    } catch (SqlSyntaxException e) {
      return opaque(UNREAD);
    }
  }

  /** The language and the text of a DO block; empty where it is no such thing. */
  public static RoutineBody ofDo(String sql) {
    try {
      return SqlBodyReader.ofDo(sql);
    } catch (SqlSyntaxException e) {
      return opaque(UNREAD);
    }
  }
}
