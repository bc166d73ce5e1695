package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.catalogue.CataloguePlan;
import io.shardjdbc.routing.plan.code.CallText;
import io.shardjdbc.routing.plan.code.CodeCheck;
import io.shardjdbc.routing.plan.code.DefinitionCode;
import io.shardjdbc.routing.plan.code.LargeObjects;
import io.shardjdbc.routing.plan.define.UtilityPlanner;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedPlan;
import io.shardjdbc.routing.plan.number.NumberedStatement;
import io.shardjdbc.routing.plan.number.SequenceHomes;
import io.shardjdbc.routing.plan.read.RepeatedQueries;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.KeyedCallPlan;
import io.shardjdbc.routing.plan.result.NamedByPath;
import io.shardjdbc.routing.plan.result.NamedViewsPlan;
import io.shardjdbc.routing.plan.result.PlacedObjectsPlan;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.plan.result.ViewsPlan;
import io.shardjdbc.routing.plan.result.Where;
import io.shardjdbc.routing.plan.result.WholeRowsPlan;
import io.shardjdbc.routing.plan.result.WritingPlan;
import io.shardjdbc.routing.plan.session.HomePlan;
import io.shardjdbc.routing.plan.session.SessionPlan;
import io.shardjdbc.routing.plan.session.SetConfigPlan;
import io.shardjdbc.routing.plan.write.CopiedParts;
import io.shardjdbc.routing.plan.write.CopyPlanner;
import io.shardjdbc.routing.plan.write.InsertPlanner;
import io.shardjdbc.routing.plan.write.KeyDefaults;
import io.shardjdbc.routing.plan.write.LeftToDefaults;
import io.shardjdbc.routing.plan.write.PartFirst;
import io.shardjdbc.routing.plan.write.Reactions;
import io.shardjdbc.routing.plan.write.WritePlanner;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.routing.sql.text.StatementSummary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses and plans one text, by the map of the moment. */
final class TextPlanner {

  private static final Set<String> EVERYWHERE = Set.of("do", "call");

  private final Tables tables;
  private final boolean guarded;
  private final Hint given;

  TextPlanner(Tables tables, boolean guarded) {
    this(tables, guarded, Hint.NONE);
  }

  /**
   * @param given what is asked for beside the text
   */
  TextPlanner(Tables tables, boolean guarded, Hint given) {
    this.tables = tables;
    this.guarded = guarded;
    this.given = given;
  }

  private Hint hint(@Nullable String comment) {
    return given.and(Hint.parse(comment)).among(tables.shards());
  }

  /** Operators with question marks are planned as in a prepared text, which any way of it takes. */
  Plan makeText(String sql) {
    String text;
    try {
      text = QuestionMarks.doubled(sql);
    } catch (SqlSyntaxException e) {
      return despite(e, sql);
    }
    return make(text, text.equals(sql) ? QuestionMarks.OPERATORS : QuestionMarks.PARAMETERS);
  }

  Plan make(String sql, QuestionMarks questionMarks) {
    ParsedSql parsed;
    try {
      parsed = SqlParser.parse(sql, questionMarks);
    } catch (SqlSyntaxException e) {
      return despite(e, sql);
    }
    parsed = RepeatedQueries.numbered(parsed, questionMarks);
    parsed = KeyDefaults.filled(parsed, tables, questionMarks);
    parsed = LeftToDefaults.leftOut(parsed, tables, questionMarks);
    NumberedStatement numbered =
        NumberedStatement.of(parsed, tables, questionMarks, hint(parsed.hint()).pins());
    if (numbered == null) {
      return planned(parsed, questionMarks);
    }
    Plan plan = planned(numbered.rewritten(), QuestionMarks.PARAMETERS);
    return new NumberedPlan(parsed, numbered.before(plan));
  }

  private Plan planned(ParsedSql parsed, QuestionMarks questionMarks) {
    Hint hint = hint(parsed.hint());
    boolean block =
        parsed.statement() instanceof Utility utility && EVERYWHERE.contains(utility.verb());
    if (hint.everywhere() && !block) {
      throw new RoutingException(ErrorCode.BAD_HINT, "shards=all is for DO and CALL");
    }
    if (hint.pins() && !guarded) {
      return SequenceHomes.over(pinned(parsed, questionMarks, hint), parsed, hint, tables);
    }
    ViewExpansion.Expanded views = ViewExpansion.expand(parsed, tables, questionMarks);
    ParsedSql whole = views.parsed();
    Plan plan =
        hint.pins() ? pinned(parsed, questionMarks, hint) : checked(whole, questionMarks, hint);
    Plan asked = CataloguePlan.beside(plan, whole, hint, tables);
    Plan atHome = SequenceHomes.over(asked, whole, hint, tables);
    Plan guardedOne = guarded ? TenantGuard.over(atHome, tables, whole.statement()) : atHome;
    Plan plain = NamedByPath.over(guardedOne, parsed.statement(), tables);
    if (hint.pins() || whole.sql().equals(parsed.sql())) {
      return plain;
    }
    String summary = StatementSummary.of(parsed);
    return tables.isAlone()
        ? new NamedViewsPlan(plain, parsed.sql(), summary, whole.sql())
        : new ViewsPlan(plain, parsed.sql(), summary, views.byPath() || plain.namesViewsByPath());
  }

  /** A text that is not understood runs where a hint says, or nowhere. */
  private Plan despite(SqlSyntaxException e, String sql) {
    Hint hint = hint(SqlParser.hint(sql));
    ShardId shard = hint.shard();
    if (shard != null && !guarded && e.reason() == SqlSyntaxException.Reason.SYNTAX) {
      Utility unknown =
          new Utility(
              "",
              "",
              false,
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              null,
              new Span(0, sql.length()));
      ParsedSql opaque = new ParsedSql(sql, unknown, List.of(), SqlParser.hint(sql), true);
      return new FixedPlan(opaque, Effect.WRITE, hint, shard, KeyHashes.any());
    }
    throw refused(e);
  }

  static RoutingException refused(SqlSyntaxException e) {
    String where = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case SEVERAL_STATEMENTS -> new RoutingException(ErrorCode.SEVERAL_STATEMENTS);
      case TOO_LARGE, TOO_DEEP -> new RoutingException(ErrorCode.STATEMENT_TOO_LARGE, where);
      case SYNTAX -> new RoutingException(ErrorCode.SYNTAX, where);
    };
  }

  /** Where rows go that are copied into a table. */
  CopyTarget copyIn(CopiedTable copied) {
    CopyRows copy = rows(copied);
    CodeCheck code = codeCheck();
    code.check(copy);
    if (code.seesWhole().isPresent() && tables.shards().size() > 1) {
      throw code.seesWhole().get().refused();
    }
    return new CopyPlanner(tables).into(copy);
  }

  /** A table all of whose rows may be copied out. */
  Table copyOut(CopiedTable copied) {
    codeCheck().check(CopyRows.out(copied.name(), null));
    Table table = tables.declared(copied.name());
    if (table instanceof Table.Sharded sharded) {
      TenantGuard.checkAllRows(sharded);
      RowPlan.checkAllRows(sharded, tables.map().placement(tables.placementOf(sharded)));
    }
    return table;
  }

  private static CopyRows rows(CopiedTable copied) {
    try {
      Expr where = copied.where().isEmpty() ? null : SqlParser.expression(copied.where());
      return CopyRows.in(copied.name(), copied.columns(), copied.defaults(), where);
    } catch (SqlSyntaxException e) {
      throw refused(e);
    }
  }

  private CodeCheck codeCheck() {
    return new CodeCheck(
        tables, inner -> plan(inner, QuestionMarks.PARAMETERS, Hint.NONE, inner.statement()));
  }

  /** Plans a statement whose functions, triggers and policies have been looked into. */
  private Plan checked(ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    List<ShardId> shards = tables.shards();
    CodeCheck code = codeCheck();
    boolean call =
        shards.size() > 1
            && !hint.everywhere()
            && parsed.statement() instanceof Utility utility
            && utility.verb().equals("call");
    Optional<ShardId> home =
        code.check(call ? CallText.asQuery(parsed.sql()).statement() : parsed.statement());
    if (parsed.statement() instanceof Utility definition) {
      DefinitionCode.check(parsed.sql(), definition, tables);
    }
    boolean query = call || parsed.statement() instanceof SelectStatement;
    boolean shows = parsed.statement() instanceof Utility shown && shown.verb().equals("show");
    LargeObjects objects =
        tables.isAlone()
            ? null
            : LargeObjects.in(parsed.statement(), tables); // there they all lie on one
    boolean writes = code.mayWrite() || (objects != null && objects.changes());
    boolean reads = shows || (query && !writes && !code.writesRows());
    Effect effect = reads ? Effect.READ_ON_PRIMARY : Effect.WRITE;
    Optional<Targets> targets = code.targets();
    if (targets.isPresent()) {
      return new KeyedCallPlan(parsed, effect, hint, targets.get());
    }
    if (home.isPresent() || call) {
      return onOne(parsed, effect, hint, home.map(Home::at).orElse(Home.first()));
    }
    Found<Plan> found = Trial.of(() -> plan(parsed, questionMarks, hint, parsed.statement()));
    Refusal why = found.why();
    if (reads
        && why != null
        && why.code() == ErrorCode.FUNCTION_UNKNOWN
        && code.readsCopiesAlone()) {
      return onOne(parsed, effect, hint, Home.first());
    }
    Plan text = found.orThrow();
    Plan plan = code.seesWhole().<Plan>map(t -> new WholeRowsPlan(text, t)).orElse(text);
    if (objects != null) {
      plan = new PlacedObjectsPlan(plan, objects.function(), objects.forEachRow());
    }
    return writes || code.mayWriteOtherKeys() ? new WritingPlan(plan) : plan;
  }

  /** Where all is that it needs; the first one of all shards where any has it. */
  private Plan onOne(ParsedSql parsed, Effect effect, Hint hint, Where where) {
    ShardId shard = where.in(tables.map());
    return new FixedPlan(parsed, effect, hint, where, shard, KeyHashes.any());
  }

  private Plan plan(ParsedSql parsed, QuestionMarks questionMarks, Hint hint, Statement statement) {
    Reactions.refuseKeyChanges(statement, tables);
    if (statement instanceof SelectStatement select) {
      Plan setting = SetConfigPlan.of(parsed, hint, select);
      if (setting != null) {
        return setting;
      }
      Plan copied = CopiedParts.plan(tables, parsed, hint, select);
      if (copied != null) {
        return copied;
      }
      Plan home = HomePlan.of(parsed, hint, tables.configuration().shards(), select);
      if (home != null) {
        return home;
      }
      SelectPlanner planner =
          new SelectPlanner(tables, parsed, questionMarks, hint, PartFirst::plan);
      Plan asking = CataloguePlan.of(parsed, select, hint, tables, () -> planner.plan(select));
      return asking != null ? asking : planner.plan(select).orThrow();
    }
    if (statement instanceof Insert insert) {
      return new InsertPlanner(tables, parsed, questionMarks, hint, insert).plan().orThrow();
    }
    if (statement instanceof Utility utility) {
      return new UtilityPlanner(tables, parsed, hint, utility)
          .plan(inner -> plan(parsed, questionMarks, hint, inner));
    }
    return new WritePlanner(tables, parsed, questionMarks, hint).plan(statement).orThrow();
  }

  private Plan pinned(ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    Statement statement = parsed.statement();
    boolean session =
        statement instanceof Utility utility && SessionPlan.isSessionVerb(utility.verb());
    return session
        ? plan(parsed, questionMarks, Hint.NONE, statement)
        : new PinPlanner(
                tables, codeCheck(), (text, inner) -> plan(text, questionMarks, Hint.NONE, inner))
            .plan(parsed, hint);
  }

  static void collect(@Nullable Node node, List<FromItem.Table> tables) {
    if (node instanceof FromItem.Table table) {
      tables.add(table);
    }
    if (node != null) {
      node.eachChild(child -> collect(child, tables));
    }
  }
}
