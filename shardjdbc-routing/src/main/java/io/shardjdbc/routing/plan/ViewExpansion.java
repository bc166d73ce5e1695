package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.effects.WholeRows;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the definitions of views where a statement names them, as PostgreSQL does itself.
 *
 * <p>A view lies on each shard over that shard's rows, so that asking it there is right for some
 * views (a filter) and wrong for others (a count). What it stands for tells, so its definition
 * takes its place in the text as a sub-query of its name, and is planned like any other. Names in
 * definitions are qualified by the catalog, so that no common table can come between.
 *
 * <p>A view that is declared as a table is taken for what the declaration says, as only its author
 * can know. Targets of writes are left alone. Where a row of the view as a whole would show its
 * type, which a sub-query does not have, the statement is refused.
 */
final class ViewExpansion {

  /** Views over views over views; PostgreSQL itself has no cycles. */
  private static final int MAX_LEVELS = 32;

  private record Edit(Span span, String text) {}

  private final Tables tables;
  private final QuestionMarks questionMarks;
  private final Set<String> labels = new LinkedHashSet<>();
  private boolean byPath;

  /**
   * A statement in which views were replaced.
   *
   * @param byPath whether the caller named one of them without its schema
   */
  record Expanded(ParsedSql parsed, boolean byPath) {}

  private ViewExpansion(Tables tables, QuestionMarks questionMarks) {
    this.tables = tables;
    this.questionMarks = questionMarks;
  }

  /**
   * @throws RoutingException where a view cannot be replaced by what it stands for
   */
  static Expanded expand(ParsedSql parsed, Tables tables, QuestionMarks questionMarks) {
    ViewExpansion expansion = new ViewExpansion(tables, questionMarks);
    ParsedSql expanded = expansion.expand(parsed);
    return new Expanded(expanded, expansion.byPath);
  }

  private ParsedSql expand(ParsedSql original) {
    ParsedSql parsed = original;
    for (int level = 0; level < MAX_LEVELS; level++) {
      List<Edit> edits = edits(parsed);
      if (edits.isEmpty()) {
        if (!labels.isEmpty()) {
          refuse(new WholeRows(labels, column -> false).shownIn(parsed.statement()));
        }
        return parsed;
      }
      parsed = reparsed(edited(parsed.sql(), edits), edits.size());
    }
    throw new RoutingException(ErrorCode.STATEMENT_TOO_LARGE, "too many views");
  }

  private static void refuse(@Nullable Refusal refusal) {
    if (refusal != null) {
      throw refusal.exception();
    }
  }

  private ParsedSql reparsed(String sql, int views) {
    try {
      return SqlParser.parse(sql, questionMarks);
    } catch (SqlSyntaxException e) {
      throw new RoutingException(
          ErrorCode.UNSUPPORTED_CLAUSE,
          (views > 1 ? "views" : "a view") + " not understood (" + e.getMessage() + ")");
    }
  }

  private List<Edit> edits(ParsedSql parsed) {
    Statement statement = parsed.statement();
    if (statement instanceof Utility utility && !utility.verb().equals("explain")) {
      return List.of();
    }
    CommonNames common = CommonNames.in(statement);
    Map<List<String>, String> unnamed = new HashMap<>();
    List<Edit> edits = new ArrayList<>();
    collect(statement, null, parsed.sql(), common, unnamed, edits);
    if (!unnamed.isEmpty()) {
      qualified(statement, unnamed, edits);
    }
    return edits;
  }

  private void collect(
      Node node,
      @Nullable Node parent,
      String sql,
      CommonNames common,
      Map<List<String>, String> unnamed,
      List<Edit> edits) {
    if (node instanceof FromItem.Table table && !isTarget(table, parent)) {
      String definition = definition(table, common);
      if (definition != null) {
        if (!hasColumnOfItsName(table)) {
          labels.add(table.label());
        }
        byPath |= table.name().parts().size() == 1; // definitions name their own with schemas
        edits.add(edit(table, parent, definition, sql));
        if (table.alias() == null && table.name().parts().size() > 1) {
          unnamed.put(table.name().parts(), table.label());
        }
      }
    }
    node.eachChild(child -> collect(child, node, sql, common, unnamed, edits));
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private static boolean isTarget(FromItem.Table table, @Nullable Node parent) {
    return (parent instanceof Insert insert && insert.target() == table)
        || (parent instanceof Update update && update.target() == table)
        || (parent instanceof Delete delete && delete.target() == table)
        || (parent instanceof MergeInto merge && merge.target() == table);
  }

  /** What the view of that name stands for; null where it is no view. */
  private @Nullable String definition(FromItem.Table table, CommonNames common) {
    List<String> parts = Tables.local(table.name());
    if (common.has(table)
        || Tables.isSystem(parts)
        || table.sample() != null
        || tables.configuration().declares(parts)) {
      return null;
    }
    Catalog catalog = tables.catalog();
    if (!catalog.table(parts).map(Catalog.TableShape::view).orElse(false)) {
      return null;
    }
    Optional<String> found = catalog.view(parts);
    return found.map(this::embeddable).orElse(null);
  }

  /** Whether a name that is the view's means one of its columns: those come before whole rows. */
  private boolean hasColumnOfItsName(FromItem.Table table) {
    boolean renamed = table.alias() != null && !table.alias().columns().isEmpty();
    return !renamed
        && tables.catalog().table(Tables.local(table.name())).stream()
            .flatMap(shape -> shape.columns().stream())
            .anyMatch(column -> column.name().equals(table.label()));
  }

  private String embeddable(String definition) {
    String text = definition.strip();
    if (text.endsWith(";")) {
      text = text.substring(0, text.length() - 1);
    }
    return questionMarks == QuestionMarks.PARAMETERS ? withDoubledMarks(text) : text;
  }

  /** In a prepared statement, a question mark that is an operator is written twice. */
  private static String withDoubledMarks(String definition) {
    StringBuilder text = new StringBuilder(definition.length() + 8);
    char quote = 0;
    for (int i = 0; i < definition.length(); i++) {
      char c = definition.charAt(i);
      text.append(c);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '?') {
        text.append('?');
      }
    }
    return text.toString();
  }

  private static Edit edit(
      FromItem.Table table, @Nullable Node parent, String definition, String sql) {
    String derived = "(" + definition + "\n)";
    if (parent instanceof Query.Select select && select.table()) {
      String name = Identifiers.quote(table.label());
      return new Edit(select.span(), "SELECT * FROM " + derived + " AS " + name);
    }
    if (table.alias() == null) {
      return new Edit(table.span(), derived + " AS " + Identifiers.quote(table.label()));
    }
    // The alias and whatever stands between stay as they are; ONLY and a star have to go.
    String rest = sql.substring(table.name().span().end(), table.span().end()).strip();
    return new Edit(
        table.span(), derived + " " + (rest.startsWith("*") ? rest.substring(1) : rest));
  }

  /** Columns with the name of the view's schema lose it: a sub-query has none. */
  private static void qualified(Node node, Map<List<String>, String> unnamed, List<Edit> edits) {
    if (node instanceof Expr.Column column) {
      List<String> parts = column.name().parts();
      String label = unnamed.get(column.star() ? parts : parts.subList(0, parts.size() - 1));
      if (label != null) {
        String name = column.star() ? "*" : Identifiers.quote(column.name().last());
        edits.add(new Edit(column.span(), Identifiers.quote(label) + "." + name));
      }
    }
    node.eachChild(child -> qualified(child, unnamed, edits));
  }

  private static String edited(String sql, List<Edit> edits) {
    List<Edit> inOrder = new ArrayList<>(edits);
    inOrder.sort(Comparator.comparingInt(edit -> edit.span().start()));
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (Edit edit : inOrder) {
      text.append(sql, at, edit.span().start()).append(edit.text());
      at = edit.span().end();
    }
    return text.append(sql, at, sql.length()).toString();
  }
}
