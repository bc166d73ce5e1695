package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.code.KeyProof.KeyReference;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a function which uses sharded tables uses rows of the shard that runs it alone.
 *
 * <p>Two things make that so: each of its statements is about the key that one of its arguments is,
 * or has as a row ({@link KeyProof}); and that argument, where it is called, is the key of a table
 * whose rows the statement reads, or such a row. A statement over several shards may not call it
 * all the same, since its rows might be brought together on one server first.
 */
final class ArgumentProof {

  private final Tables tables;
  private final KeyProof proof;
  private final NamesOfCode names;

  ArgumentProof(Tables tables, KeyProof proof) {
    this.tables = tables;
    this.proof = proof;
    this.names = new NamesOfCode(tables);
  }

  /** Whether a call stays on the shard of the rows that its statement reads. */
  boolean follows(Called called, Mentions mentions, TypeGroups types) {
    Routine routine = called.routine();
    Reach reach = called.reach();
    Table.Sharded used = used(reach);
    if (used == null || reach.opaque() != null || called.arguments().isEmpty()) {
      return false;
    }
    for (int i = 0; i < called.arguments().size(); i++) {
      if (called.arguments().get(i) instanceof Expr.Column column && !column.star()) {
        Table.Sharded row = row(column, routine, i, mentions);
        boolean follows =
            row != null
                ? followsRow(row, reach, routine, i)
                : isKey(column, used, mentions, types) && followsParameter(used, called, i);
        if (follows) {
          return true;
        }
      }
    }
    return false;
  }

  /** The key whose rows a call uses, if it is given as a constant or a parameter; null if not. */
  Targets.@Nullable Target target(Called called) {
    Table.Sharded used = used(called.reach());
    if (used == null || used.key().size() != 1 || called.reach().opaque() != null) {
      return null;
    }
    for (int i = 0; i < called.arguments().size(); i++) {
      Expr argument = called.arguments().get(i);
      if (Constants.isConstant(argument) && followsParameter(used, called, i)) {
        return new Targets.Target(
            used,
            List.of(new Domain.Terms(List.of(argument))),
            List.of(proof.typeOf(used, 0)),
            tables.placementOf(used));
      }
    }
    return null;
  }

  /** Whether what a trigger or a rule does is about the key of the row that causes it. */
  boolean followsRow(Table.Sharded owner, Reach reach) {
    return followsKey(
        owner,
        InsertedKeys.ofRow(owner, tables),
        reach,
        (statement, mentions) -> {
          Set<String> rows = new HashSet<>(Set.of("new", "old"));
          rows.removeIf(mentions::labels);
          return KeyProof.ofRow(owner, rows, 0);
        });
  }

  private boolean followsRow(Table.Sharded owner, Reach reach, Routine routine, int i) {
    String name = i < routine.parameters().size() ? routine.parameters().get(i) : "";
    return names.isKept(routine, name, routine.number(i))
        && followsKey(
            owner,
            InsertedKeys.ofRow(owner, tables),
            reach,
            (statement, mentions) -> {
              boolean column = names.isColumn(name, statement, mentions);
              return KeyProof.ofRow(owner, column ? Set.of() : Set.of(name), routine.number(i));
            });
  }

  private boolean followsParameter(Table.Sharded used, Called called, int i) {
    Routine routine = called.routine();
    String name = i < routine.parameters().size() ? routine.parameters().get(i) : "";
    String type = i < routine.types().size() ? routine.types().get(i) : "";
    return isRead(type, proof.typeOf(used, 0))
        && names.isKept(routine, name, routine.number(i))
        && followsKey(
            used,
            InsertedKeys.ofParameter(type),
            called.reach(),
            (statement, mentions) ->
                KeyProof.ofParameter(
                    names.ofParameter(routine.name(), name, statement, mentions),
                    routine.number(i)));
  }

  /**
   * Whether a parameter of a type has the value that it is given as a key: a {@code bpchar} lacks
   * blanks, a {@code float8} digits, a {@code date} the time of day.
   */
  private static boolean isRead(String type, Optional<KeyType> key) {
    Optional<KeyType> read = KeyType.named(type);
    return read.equals(key)
        || read.equals(Optional.of(KeyType.TEXT)) // which the body has to cast
        || (read.equals(Optional.of(KeyType.NUMERIC)) && key.equals(Optional.of(KeyType.INTEGER)));
  }

  /**
   * Whether all that code does with sharded tables is about one key to which it refers.
   *
   * @param given what that key may be
   * @param references how a statement, of which all names are known, refers to it
   */
  private boolean followsKey(
      Table.Sharded owner,
      InsertedKeys given,
      Reach reach,
      BiFunction<Node, Mentions, KeyReference> references) {
    if (reach.nested()) {
      return false;
    }
    for (ParsedSql statement : reach.statements()) {
      boolean sharded = false;
      Mentions mentions = Mentions.of(statement.statement());
      for (List<String> name : mentions.reads()) {
        for (Table table : tables.behind(name)) {
          if (table instanceof Table.Sharded other) {
            sharded = true;
            if (!other.keepsKeysWith(owner)) {
              return false;
            }
          }
        }
      }
      if (sharded) {
        KeyReference reference = references.apply(statement.statement(), mentions);
        if (!given.areKept(mentions, tables) || !proof.holds(owner, statement, reference)) {
          return false;
        }
      }
    }
    return true;
  }

  private Table.@Nullable Sharded used(Reach reach) {
    return reach.reads().stream()
        .flatMap(name -> tables.behind(name).stream())
        .filter(Table.Sharded.class::isInstance)
        .map(Table.Sharded.class::cast)
        .findFirst()
        .orElse(null);
  }

  /** The table of which an argument is a row; null where it is none. */
  private Table.@Nullable Sharded row(
      Expr.Column column, Routine routine, int argument, Mentions mentions) {
    List<String> name =
        column.name().parts().size() == 1 ? mentions.labelled(column.name().last()) : null;
    if (name == null || argument >= routine.types().size()) {
      return null;
    }
    return routine.types().get(argument).equals(name.get(name.size() - 1))
            && tables.behind(name).size() == 1
            && tables.behind(name).get(0) instanceof Table.Sharded sharded
        ? sharded
        : null;
  }

  /** Whether a name can only be the key of a table that lies as the one that the function uses. */
  private boolean isKey(
      Expr.Column column, Table.Sharded used, Mentions mentions, TypeGroups types) {
    String name = column.name().last();
    boolean found = false;
    if (!types.isOfTable(name) || used.key().size() != 1) {
      return false;
    }
    for (List<String> read : mentions.reads()) {
      boolean has =
          tables.catalog().table(read).map(shape -> shape.column(name).isPresent()).orElse(true);
      for (Table table : has ? tables.behind(read) : List.<Table>of()) {
        boolean key =
            table instanceof Table.Sharded sharded
                && sharded.key().size() == 1
                && sharded.key().get(0).name().equals(name)
                && sharded.keepsKeysWith(used);
        if (!key) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }
}
