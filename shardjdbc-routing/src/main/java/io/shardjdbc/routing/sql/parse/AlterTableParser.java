package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.ColumnChange;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the actions of ALTER TABLE: the other tables they name, and the columns they change. */
final class AlterTableParser {

  private static final Set<String> CONSTRAINTS =
      Set.of("constraint", "check", "unique", "primary", "foreign", "exclude", "not");
  private static final Set<String> SERIAL =
      Set.of("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8");

  private final Grammar grammar;
  private final TokenStream in;

  AlterTableParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  void actions(UtilityParser.Draft draft) {
    while (!in.isStatementEnd(0)) {
      Utility.Kinship kinship = kinship();
      if (kinship != null) {
        addName(draft, kinship);
      } else if (in.accept("add")) {
        added(draft);
      } else if (in.accept("alter")) {
        altered(draft);
      } else if (in.accept("rename")) {
        renamed(draft);
      } else if (in.accept("set", "schema")) {
        schema(draft);
      }
      rest(draft);
      in.accept(",");
    }
  }

  private Utility.@Nullable Kinship kinship() {
    if (in.accept("attach", "partition") || in.accept("detach", "partition")) {
      return Utility.Kinship.CHILD;
    } else if (in.accept("no", "inherit")) {
      return Utility.Kinship.FORMER_PARENT;
    } else if (in.accept("inherit")) {
      return Utility.Kinship.PARENT;
    }
    return in.accept("rename", "to") ? Utility.Kinship.NEW_NAME : null;
  }

  private void addName(UtilityParser.Draft draft, Utility.@Nullable Kinship kinship) {
    Name name = in.anyName();
    if (name != null) {
      draft.names.add(name);
      if (kinship == Utility.Kinship.NEW_NAME) {
        addNewName(draft, schema(draft, name), name);
      } else if (kinship != null) {
        draft.kin.add(new Utility.Relative(kinship, name));
      }
    }
  }

  /** What the table's name has before its last part, which a new name does not say. */
  private static List<String> schema(UtilityParser.Draft draft, Name newName) {
    List<String> old = draft.tables.isEmpty() ? List.of() : draft.tables.get(0).parts();
    return old.size() > 1 && newName.parts().size() == 1
        ? old.subList(0, old.size() - 1)
        : List.of();
  }

  private static void addNewName(UtilityParser.Draft draft, List<String> schema, Name name) {
    List<String> parts = new ArrayList<>(schema);
    parts.addAll(name.parts());
    Name whole = new Name(parts, name.span());
    draft.kin.add(new Utility.Relative(Utility.Kinship.NEW_NAME, whole));
  }

  /** A table in another schema has another name. */
  private void schema(UtilityParser.Draft draft) {
    Name schema = in.anyName();
    if (schema != null && !draft.tables.isEmpty()) {
      String last = draft.tables.get(0).last();
      addNewName(draft, schema.parts(), new Name(List.of(last), schema.span()));
    }
  }

  private void added(UtilityParser.Draft draft) {
    boolean named = in.accept("column");
    if (in.at("if", "not")) {
      in.skip(3);
    }
    if ((!named && CONSTRAINTS.contains(in.fixed(0))) || !in.atName()) {
      return;
    }
    String column = in.name();
    TypeName type = grammar.types.type();
    Expr value = null;
    boolean generated = false;
    boolean numbered = type.name().parts().size() == 1 && SERIAL.contains(type.name().last());
    while (!in.isStatementEnd(0) && !in.at(",")) {
      if (in.at("set", "default") || in.at("by", "default")) {
        in.skip(2);
      } else if (in.accept("default")) {
        value = grammar.expressions.restricted();
      } else if (in.accept("references")) {
        addName(draft, null);
      } else {
        generated |= in.at("as", "(");
        numbered |= in.at("as", "identity");
        in.skipToken();
      }
    }
    draft.columns.add(
        new ColumnChange(ColumnChange.Kind.ADD, column, type, value, numbered, generated));
  }

  private void altered(UtilityParser.Draft draft) {
    in.accept("column");
    if (!in.atName()) {
      return;
    }
    String column = in.name();
    in.accept("set", "data");
    if (!in.accept("type")) {
      return;
    }
    TypeName type = grammar.types.type();
    if (in.accept("collate")) {
      in.anyName();
    }
    Expr value = in.accept("using") ? grammar.expressions.expression() : null;
    draft.columns.add(new ColumnChange(ColumnChange.Kind.TYPE, column, type, value, false, false));
  }

  private void renamed(UtilityParser.Draft draft) {
    if (in.at("constraint") && !in.isNext(1, "to")) {
      return;
    }
    in.accept("column");
    if (in.atName() && in.isNext(1, "to")) {
      in.skip(2);
      if (in.atName()) {
        draft.columns.add(
            new ColumnChange(ColumnChange.Kind.NAME, in.name(), null, null, false, false));
      }
    }
  }

  /** What is left of an action: constraints, for the tables that they reference. */
  private void rest(UtilityParser.Draft draft) {
    while (!in.isStatementEnd(0) && !in.at(",")) {
      if (in.accept("references")) {
        addName(draft, null);
      } else {
        in.skipToken();
      }
    }
  }
}
