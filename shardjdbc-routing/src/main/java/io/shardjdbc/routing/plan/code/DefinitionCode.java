package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The code of users that a definition runs over rows which are there: defaults of columns that are
 * added, USING, constraints, expressions of indexes, the query of a materialized view.
 *
 * <p>Each shard runs it over its own rows. So it may read copies, and tables of the one shard where
 * all lies that is defined. Which functions, operators and types are meant is taken from the words
 * of the text, wherever they stand in it; what is only noted for later rows (SET DEFAULT) is left
 * out.
 */
public final class DefinitionCode {

  private static final Set<String> ALTERED = Set.of("table", "foreign table", "domain");
  private static final Set<String> CREATED = Set.of("index", "materialized view");

  private final Tables tables;
  private final UserCode code;
  private final Reaches reaches;
  private final Tokens tokens;
  private final Set<ShardId> homes = new HashSet<>();
  private boolean spread;

  private DefinitionCode(Tables tables, String sql) {
    this.tables = tables;
    this.code = tables.catalog().userCode();
    this.reaches = NumberedByCode.reaches(tables);
    this.tokens = Lexer.read(sql, QuestionMarks.OPERATORS);
  }

  /**
   * Looks at a statement, which may be no such definition.
   *
   * @param sql its text
   * @throws RoutingException where it would run code that sees one shard's part, or changes it
   */
  public static void check(String sql, Utility utility, Tables tables) {
    boolean runs =
        switch (utility.verb()) {
          case "alter" -> ALTERED.contains(utility.object());
          case "create" -> CREATED.contains(utility.object());
          default -> false;
        };
    if (runs && !tables.isAlone() && tables.catalog().userCode() != UserCode.NONE) {
      new DefinitionCode(tables, sql).check(utility);
    }
  }

  private void check(Utility utility) {
    for (Name name : utility.tables()) {
      tables.behind(Tables.local(name)).forEach(this::lies);
    }
    if (utility.inner() != null) {
      Mentions.of(utility.inner()).reads().stream()
          .flatMap(name -> tables.behind(name).stream())
          .forEach(this::lies);
    }
    for (int i = 0; i < tokens.size(); i++) {
      if (is(i, "set") && is(i + 1, "default")) {
        i = behindDefault(i + 2);
      } else if (!names(utility.tables(), i) && !names(utility.names(), i)) {
        token(i);
      }
    }
  }

  /** Whether a word names a relation, though a list of columns may follow as behind a function. */
  private boolean names(List<Name> relations, int token) {
    int start = tokens.start(token);
    return relations.stream()
        .anyMatch(name -> name.span().start() <= start && start < name.span().end());
  }

  private void lies(Table table) {
    if (table instanceof Table.Single single) {
      homes.add(single.shard());
    } else {
      spread = true;
    }
  }

  private boolean is(int token, String word) {
    return token < tokens.size() && tokens.kind(token).isFixed() && tokens.text(token).equals(word);
  }

  /** The last token of an expression, before the next action. */
  private int behindDefault(int start) {
    int depth = 0;
    int i = start;
    while (i < tokens.size() && tokens.kind(i) != TokenKind.END) {
      if (is(i, "(") || is(i, "[")) {
        depth++;
      } else if (is(i, ")") || is(i, "]")) {
        depth--;
      } else if (depth == 0 && (is(i, ",") || is(i, ";"))) {
        return i;
      }
      i++;
    }
    return i;
  }

  private void token(int i) {
    String text = tokens.text(i);
    TokenKind kind = tokens.kind(i);
    if (kind == TokenKind.OPERATOR || kind == TokenKind.SYMBOL) {
      judge("operator " + text, code.operator(text));
    } else if (kind == TokenKind.IDENTIFIER || kind.isKeyword()) {
      judge("type " + text, code.type(text));
      if (is(i + 1, "(")) {
        for (Routine routine : code.named(text)) {
          judge("function " + text, reaches.of(routine));
        }
      }
    }
  }

  private void judge(String what, Collection<String> signatures) {
    for (String signature : signatures) {
      judge(what, reaches.signed(signature));
    }
  }

  private void judge(String what, Reach reach) {
    if (reach.opaque() != null) {
      throw new RoutingException(ErrorCode.CODE_BEYOND_SHARD, what, reach.opaque());
    }
    Set<List<String>> touched = new LinkedHashSet<>(reach.reads());
    touched.addAll(reach.writes());
    for (List<String> name : touched) {
      boolean writes = reach.writes().contains(name);
      for (Table table : Tables.isSystem(name) ? List.<Table>of() : tables.behind(name)) {
        boolean here =
            table instanceof Table.Single single
                ? !spread && homes.equals(Set.of(single.shard()))
                : table instanceof Table.Reference && !writes;
        if (!here) {
          throw new RoutingException(
              ErrorCode.CODE_BEYOND_SHARD,
              what,
              (writes ? "writes " : "reads ") + Identifiers.display(name));
        }
      }
    }
    if (!reach.counts().isEmpty() && (spread || !homes.equals(reach.counts()))) {
      throw new RoutingException(
          ErrorCode.CODE_BEYOND_SHARD, what, "writes rows that a sequence numbers");
    }
  }
}
