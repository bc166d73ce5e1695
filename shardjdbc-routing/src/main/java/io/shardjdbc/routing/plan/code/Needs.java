package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Attachment;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Need;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out whether a statement that was planned needs rows of the tables of one placement: by its
 * text, by the functions that it calls, and by triggers.
 *
 * <p>{@link CodeCheck} has looked into the code already, and kept it to the keys of the statement.
 * What it had to take on trust is not kept to them.
 */
public final class Needs {
  private static final String OWN_SCHEMA = "shardjdbc";

  private final Tables tables;
  private final String placement;
  private final Reaches reaches;
  private final Set<String> seen = new HashSet<>();
  private boolean some;
  private boolean trusted;

  private Needs(Tables tables, String placement) {
    this.tables = tables;
    this.placement = placement;
    this.reaches = new Reaches(tables.configuration(), tables.catalog());
  }

  /** What a text as it is sent to a shard needs. */
  public static Need of(String sql, QuestionMarks marks, Tables tables, String placement) {
    Statement statement;
    try {
      statement = SqlParser.parse(sql, marks).statement();
    } catch (SqlSyntaxException e) {
      return Need.UNKNOWN;
    }
    if (statement instanceof Utility utility) {
      Statement explained = utility.verb().equals("explain") ? utility.inner() : null;
      if (explained == null || explained instanceof Utility) {
        return Need.UNKNOWN;
      }
      return utility.object().equals("analyze")
          ? new Needs(tables, placement).of(explained)
          : Need.NOTHING; // it is planned, and does not run
    }
    return new Needs(tables, placement).of(statement);
  }

  private Need of(Statement statement) {
    Mentions mentions = Mentions.of(statement);
    names(mentions.reads());
    names(mentions.writes().keySet());
    TypeGroups types = new TypeGroups(tables.catalog(), statement, mentions.reads());
    reaches.called(mentions, types).forEach(this::called);
    for (List<String> written : mentions.writes().keySet()) {
      for (Attached attached : tables.catalog().attached(written)) {
        String signature = attached.signature().orElse("");
        if (attached.kind() == Attachment.TRIGGER && !signature.startsWith(OWN_SCHEMA + ".")) {
          trusted |= reaches.isPromised(signature);
          reaches(reaches.signed(signature));
        }
      }
    }
    if (trusted) {
      return Need.UNKNOWN;
    }
    return some ? Need.ITS_KEYS : Need.NOTHING;
  }

  private void called(Called called) {
    trusted |= called.promised() && !isPure(called);
    if (called.routine().schema().equals(OWN_SCHEMA) || !seen.add(called.routine().signature())) {
      return;
    }
    trusted |= !called.routine().behind().isEmpty() && isAnythingTrusted();
    reaches(called.reach());
  }

  /**
   * What a function calls is not told apart by what it reaches, if something was promised of it.
   */
  private void reaches(Reach reach) {
    trusted |= reach.opaque() != null;
    names(reach.reads());
    names(reach.writes());
    for (ParsedSql own : reach.statements()) {
      reaches.called(Mentions.of(own.statement()), null).forEach(this::called);
    }
  }

  private boolean isAnythingTrusted() {
    return tables.configuration().functions().containsValue(FunctionPromise.SHARD_LOCAL);
  }

  private boolean isPure(Called called) {
    return tables
        .configuration()
        .promise(called.routine().schema(), called.routine().name())
        .filter(FunctionPromise.PURE::equals)
        .isPresent();
  }

  private void names(Collection<List<String>> names) {
    for (List<String> name : names) {
      if (Tables.isSystem(name)) {
        continue;
      }
      for (Table table : tables.behind(name)) {
        some |=
            table instanceof Table.Sharded sharded && tables.placementOf(sharded).equals(placement);
      }
    }
  }
}
