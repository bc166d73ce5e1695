package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what CREATE, ALTER, DROP, COMMENT, GRANT and their kin act on. */
final class DefinitionParser {

  private final Grammar grammar;
  private final TokenStream in;

  DefinitionParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  void read(String verb, int start, UtilityParser.Draft draft) {
    switch (verb) {
      case "create" -> create(draft);
      case "alter" -> alter(draft);
      case "drop" -> drop(draft);
      case "comment" -> {
        in.accept("on");
        subject(draft);
      }
      case "security" -> {
        skipTo("on");
        in.accept("on");
        subject(draft);
      }
      case "grant", "revoke" -> privileges(draft);
      case "refresh" -> {
        draft.object = kind();
        in.accept("concurrently");
        addName(draft);
      }
      case "reindex" -> reindex(draft);
      case "import" -> {
        in.accept("foreign");
        draft.object = in.accept("schema") ? "foreign schema" : "";
        addName(draft);
      }
      case "reassign" -> draft.object = in.accept("owned") ? "owned" : "";
      default -> throw new SqlSyntaxException("\"" + verb + "\" starts no statement", start);
    }
  }

  /** A kind of object, of one word or several. */
  private String kind() {
    if (!in.kind().isKeyword()) {
      return "";
    }
    String first = in.take();
    int more =
        switch (first) {
          case "materialized", "access", "large" -> 1;
          case "text" -> 2;
          case "foreign" -> in.at("data") ? 2 : in.at("table") ? 1 : 0;
          case "event" -> in.at("trigger") ? 1 : 0;
          case "operator" -> in.at("class") || in.at("family") ? 1 : 0;
          case "user" -> in.at("mapping") ? 1 : 0;
          case "default" -> in.at("privileges") ? 1 : 0;
          default -> 0;
        };
    boolean adjective =
        switch (first) {
          case "trusted", "procedural" -> true;
          case "default", "foreign" -> more == 0;
          case "constraint" -> in.at("trigger");
          default -> false;
        };
    if (adjective) {
      return kind();
    }
    StringBuilder kind = new StringBuilder(first);
    for (int i = 0; i < more && in.atLabel(); i++) {
      kind.append(' ').append(in.take());
    }
    return kind.toString();
  }

  private static boolean isTable(String kind) {
    return kind.equals("table") || kind.equals("foreign table");
  }

  private void create(UtilityParser.Draft draft) {
    in.accept("or", "replace");
    while (true) {
      if (in.accept("temporary") || in.accept("temp")) {
        draft.temporary = true;
      } else if (!in.accept("local")
          && !in.accept("global")
          && !in.accept("unlogged")
          && !in.accept("recursive")
          && !in.accept("unique")) {
        break;
      }
    }
    draft.object = kind();
    in.accept("concurrently");
    ifExists();
    switch (draft.object) {
      case "table", "foreign table" -> {
        addName(draft.tables);
        tableBody(draft);
      }
      case "view", "materialized view" -> {
        addName(draft);
        skipTo("as");
        inner(draft);
      }
      case "index" -> {
        if (!in.at("on")) {
          addName(draft);
        }
        onTable(draft);
      }
      case "trigger", "policy" -> {
        addName(draft);
        onTable(draft);
      }
      case "rule" -> {
        addName(draft);
        skipTo("to");
        if (in.accept("to")) {
          addName(draft.tables);
        }
      }
      case "statistics" -> {
        if (!in.at("on")) {
          addName(draft);
        }
        skipTo("from");
        if (in.accept("from")) {
          in.relations(draft.tables);
        }
      }
      case "publication" -> {
        addName(draft);
        publishedTables(draft);
      }
      default -> addName(draft);
    }
  }

  private void ifExists() {
    if (in.at("if", "exists")) {
      in.skip(2);
    } else if (in.at("if", "not")) {
      in.skip(3);
    }
  }

  private void onTable(UtilityParser.Draft draft) {
    skipTo("on");
    if (in.accept("on")) {
      in.relations(draft.tables);
    }
  }

  /** A query behind AS. */
  private void inner(UtilityParser.Draft draft) {
    if (in.accept("as") && grammar.statements.atData()) {
      draft.inner = grammar.statements.data();
      if (!in.isStatementEnd(0) && !in.at("with")) {
        throw in.unexpected("the end");
      }
    }
  }

  /** Columns and clauses of CREATE TABLE, for the other tables that they name; or AS. */
  private void tableBody(UtilityParser.Draft draft) {
    int depth = 0;
    boolean elementStart = false;
    while (!in.isStatementEnd(0)) {
      if (depth == 0 && in.at("as")) {
        inner(draft);
        return;
      }
      if ((elementStart && in.at("like")) || in.at("references") || in.at("partition", "of")) {
        boolean partition = in.at("partition");
        in.skip(partition ? 2 : 1);
        int known = draft.names.size();
        addName(draft);
        if (partition) {
          addKin(draft, known, Utility.Kinship.PARENT);
        }
      } else if (depth == 0 && in.at("inherits", "(")) {
        in.skip(2);
        int known = draft.names.size();
        in.relations(draft.names);
        addKin(draft, known, Utility.Kinship.PARENT);
      }
      depth += in.at("(") ? 1 : in.at(")") ? -1 : 0;
      elementStart = depth == 1 && (in.at("(") || in.at(","));
      if (!in.isStatementEnd(0)) {
        in.advance();
      }
    }
  }

  private void publishedTables(UtilityParser.Draft draft) {
    boolean tables = false;
    while (!in.isStatementEnd(0)) {
      boolean comma = in.at(",");
      boolean another =
          comma && tables && (in.isName(1) || in.isNext(1, "only")) && !in.isNext(1, "tables");
      if (in.at("table") || another) {
        tables = true;
        in.advance();
        in.accept("table");
        in.accept("only");
        addName(draft.tables);
      } else {
        in.skipToken();
      }
    }
  }

  private void alter(UtilityParser.Draft draft) {
    draft.object = kind();
    ifExists();
    switch (draft.object) {
      case "table", "foreign table" -> {
        if (in.at("all")) {
          return;
        }
        in.accept("only");
        addName(draft.tables);
        new AlterTableParser(grammar).actions(draft);
      }
      case "trigger", "policy", "rule" -> {
        addName(draft);
        onTable(draft);
      }
      case "publication" -> {
        addName(draft);
        publishedTables(draft);
      }
      case "system" -> {}
      default -> {
        in.accept("only");
        addName(draft);
      }
    }
  }

  /** Notes what the names after the known ones are to the table. */
  private static void addKin(UtilityParser.Draft draft, int known, Utility.Kinship kinship) {
    for (Name name : draft.names.subList(known, draft.names.size())) {
      draft.kin.add(new Utility.Relative(kinship, name));
    }
  }

  private void drop(UtilityParser.Draft draft) {
    draft.object = kind();
    in.accept("concurrently");
    ifExists();
    switch (draft.object) {
      case "table", "foreign table" -> in.relations(draft.tables);
      case "trigger", "policy", "rule" -> {
        addName(draft);
        onTable(draft);
      }
      default -> in.relations(draft.names);
    }
  }

  /** What COMMENT ON and SECURITY LABEL ON name. */
  private void subject(UtilityParser.Draft draft) {
    draft.object = kind();
    Name name = in.anyName();
    if (name == null) {
      return;
    }
    if (isTable(draft.object)) {
      draft.tables.add(name);
      return;
    }
    if (draft.object.equals("column") && name.parts().size() > 1) {
      List<String> table = name.parts().subList(0, name.parts().size() - 1);
      draft.tables.add(new Name(table, name.span()));
    }
    draft.names.add(name);
    if (in.accept("on") && !in.at("domain")) {
      addName(draft.tables);
    }
  }

  private void privileges(UtilityParser.Draft draft) {
    while (!in.isStatementEnd(0) && !in.atAny("on", "to", "from")) {
      in.skipToken();
    }
    if (!in.accept("on")) {
      draft.object = "role";
      return;
    }
    boolean table = in.isNext(1, "to") || in.isNext(1, "from") || in.isNext(1, ",");
    if (in.at("all") && !table) {
      in.advance();
      draft.object = "all " + (in.atLabel() ? in.take() : "");
      in.accept("in", "schema");
      in.relations(draft.names);
    } else if (in.kind().isKeyword() && !table && !in.isNext(1, ".")) {
      draft.object = kind();
      in.relations(isTable(draft.object) ? draft.tables : draft.names);
    } else {
      draft.object = "table";
      in.relations(draft.tables);
    }
  }

  private void reindex(UtilityParser.Draft draft) {
    if (in.at("(")) {
      in.skipToken();
    }
    draft.object = kind();
    in.accept("concurrently");
    addName(draft.object.equals("table") ? draft.tables : draft.names);
  }

  private void addName(UtilityParser.Draft draft) {
    addName(draft.names);
  }

  private void addName(List<Name> names) {
    @Nullable Name name = in.anyName();
    if (name != null) {
      names.add(name);
    }
  }

  /** Goes to a word outside parentheses, or to the statement's end. */
  private void skipTo(String word) {
    while (!in.isStatementEnd(0) && !in.at(word)) {
      in.skipToken();
    }
  }
}
