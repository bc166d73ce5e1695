package io.shardjdbc.routing.sql.text;

import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does and to which tables, in a few words without values: {@code INSERT orders
 * SELECT carts}.
 *
 * <p>It follows what OpenTelemetry asks of {@code db.query.summary}: the operations and their
 * targets in the order of the text, names as they are written, at most 255 characters. Statements
 * that differ in values, aliases or conditions alone have one summary.
 */
public final class StatementSummary {

  private static final int MAX_LENGTH = 255;

  private static final Set<String> DEFINE = Set.of("create", "alter", "drop", "call", "refresh");

  private final String sql;
  private final StringBuilder summary = new StringBuilder();
  private final Set<String> commonTables = new HashSet<>();

  private StatementSummary(String sql) {
    this.sql = sql;
  }

  /** Of a statement that was parsed. */
  public static String of(ParsedSql parsed) {
    StatementSummary made = new StatementSummary(parsed.sql());
    made.visit(parsed.statement());
    return made.cut();
  }

  /** Of a text that may not be understood: its first word is left of it then. */
  public static String of(String sql) {
    try {
      return of(SqlParser.parse(sql));
    } catch (SqlSyntaxException e) {
      return SqlParser.verb(sql).toUpperCase(Locale.ROOT);
    }
  }

  private void visit(Node node) {
    if (node instanceof Query.With with) {
      with.tables().forEach(table -> commonTables.add(table.name()));
    }
    if (node instanceof FromItem.Table table) {
      target(table.name());
    } else if (node instanceof Query.Select) {
      word("SELECT");
    } else if (node instanceof Statement statement) {
      statement(statement);
      return;
    }
    node.eachChild(this::visit);
  }

  private void statement(Statement statement) {
    if (statement instanceof Insert insert) {
      changing("INSERT", insert.with(), insert.children());
    } else if (statement instanceof Update update) {
      changing("UPDATE", update.with(), update.children());
    } else if (statement instanceof Delete delete) {
      changing("DELETE", delete.with(), delete.children());
    } else if (statement instanceof MergeInto merge) {
      changing("MERGE", merge.with(), merge.children());
    } else if (statement instanceof Utility utility) {
      utility(utility);
    } else {
      statement.eachChild(this::visit);
      if (summary.isEmpty()) {
        word("VALUES");
      }
    }
  }

  /** WITH stands before the word that says what is done. */
  private void changing(String verb, Query.@Nullable With with, List<? extends Node> children) {
    if (with != null) {
      visit(with);
    }
    word(verb);
    for (Node child : children) {
      if (child != with) {
        visit(child);
      }
    }
  }

  /** Names of savepoints, channels and cursors are the program's, and there may be many. */
  private void utility(Utility utility) {
    word(utility.verb().toUpperCase(Locale.ROOT));
    if (DEFINE.contains(utility.verb())) {
      word(utility.object().toUpperCase(Locale.ROOT));
    }
    utility.tables().forEach(this::target);
    if (utility.tables().isEmpty() && DEFINE.contains(utility.verb())) {
      utility.names().forEach(this::target);
    }
    utility.eachChild(this::visit);
  }

  private void target(Name name) {
    if (name.parts().size() > 1 || !commonTables.contains(name.last())) {
      word(name.span().of(sql));
    }
  }

  private void word(String word) {
    if (!word.isEmpty()) {
      summary.append(summary.isEmpty() ? "" : " ").append(word);
    }
  }

  private String cut() {
    if (summary.length() <= MAX_LENGTH) {
      return summary.toString();
    }
    int end = summary.lastIndexOf(" ", MAX_LENGTH);
    return summary.substring(0, end < 0 ? MAX_LENGTH : end);
  }
}
