package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.catalogue.CataloguePlan;
import io.shardjdbc.routing.plan.code.CallText;
import io.shardjdbc.routing.plan.code.CodeCheck;
import io.shardjdbc.routing.plan.code.LookingCatalog;
import io.shardjdbc.routing.plan.define.UtilityPlanner;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeyValues;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedPlan;
import io.shardjdbc.routing.plan.number.NumberedStatement;
import io.shardjdbc.routing.plan.number.SequenceHomes;
import io.shardjdbc.routing.plan.read.RepeatedQueries;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Hint;
import io.shardjdbc.routing.plan.result.KeyedCallPlan;
import io.shardjdbc.routing.plan.result.WritingPlan;
import io.shardjdbc.routing.plan.session.HomePlan;
import io.shardjdbc.routing.plan.session.SessionPlan;
import io.shardjdbc.routing.plan.session.SetConfigPlan;
import io.shardjdbc.routing.plan.write.CopyColumns;
import io.shardjdbc.routing.plan.write.InsertPlanner;
import io.shardjdbc.routing.plan.write.KeyDefaults;
import io.shardjdbc.routing.plan.write.LeftToDefaults;
import io.shardjdbc.routing.plan.write.Reactions;
import io.shardjdbc.routing.plan.write.WritePlanner;
import io.shardjdbc.routing.route.Catalog;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.routing.sql.parse.SqlSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses, plans and remembers. */
final class PlanningRouter implements Planner {

  private static final Set<String> EVERYWHERE = Set.of("do", "call");

  private static final int CACHED_TEXTS = 2_000;

  private final Tables tables;
  private final boolean guarded;
  private final PlanCache<Plan> prepared = new PlanCache<>(CACHED_TEXTS);
  private final PlanCache<Plan> texts = new PlanCache<>(CACHED_TEXTS);

  PlanningRouter(RoutingConfiguration configuration, Catalog catalog) {
    this.tables = new Tables(configuration, new LookingCatalog(configuration, catalog));
    this.guarded = TenantGuard.isOn(tables);
  }

  @Override
  public Plan plan(String sql) {
    return prepared.get(
        sql, tables.catalog().version(), text -> make(text, QuestionMarks.PARAMETERS));
  }

  @Override
  public Plan planText(String sql) {
    return texts.get(sql, tables.catalog().version(), this::makeText);
  }

  /** Operators with question marks are planned as in a prepared text, which any way of it takes. */
  private Plan makeText(String sql) {
    String text;
    try {
      text = QuestionMarks.doubled(sql);
    } catch (SqlSyntaxException e) {
      return despite(e, sql);
    }
    return make(text, text.equals(sql) ? QuestionMarks.OPERATORS : QuestionMarks.PARAMETERS);
  }

  @Override
  public List<String> statements(String text) {
    try {
      return SqlParser.statements(text, QuestionMarks.OPERATORS);
    } catch (SqlSyntaxException e) {
      throw refused(e);
    }
  }

  @Override
  public Optional<ShardId> describer(String sql) {
    List<FromItem.Table> mentioned = new ArrayList<>();
    try {
      collect(SqlParser.parse(sql, QuestionMarks.PARAMETERS).statement(), mentioned);
    } catch (SqlSyntaxException e) {
      return Optional.empty(); // whichever server is asked says so
    }
    ShardId first = tables.configuration().shards().get(0);
    for (FromItem.Table node : mentioned) {
      List<String> name = Tables.local(node.name());
      Optional<Table> table =
          Tables.isSystem(name) ? Optional.empty() : tables.configuration().table(name);
      if (table.orElse(null) instanceof Table.Single single && !single.shard().equals(first)) {
        return Optional.of(single.shard());
      }
    }
    return Optional.empty();
  }

  @Override
  public CopyTarget copyTarget(List<String> name, List<String> columns) {
    Table table = tables.declared(name);
    if (!(table instanceof Table.Sharded sharded)) {
      tables.catalog().version(); // first: it sees whether the schema changed
      ParsedSql insert = SqlParser.parse(CopyColumns.insertInto(table) + " DEFAULT VALUES");
      codeCheck().check(insert.statement()); // its triggers run for copied rows, too
      return new CopyTarget(table, List.of(), List.of(), null);
    }
    plan(CopyColumns.insert(sharded)); // it sees whether the schema changed
    ParsedSql keys = SqlParser.parse(CopyColumns.insert(sharded), QuestionMarks.PARAMETERS);
    Plan insert = plan(keys, QuestionMarks.PARAMETERS, Hint.NONE, keys.statement());
    List<String> given = columns.isEmpty() ? CopyColumns.of(sharded, tables.catalog()) : columns;
    List<Integer> fields = new ArrayList<>();
    for (KeyColumn key : sharded.key()) {
      int at = given.indexOf(key.name());
      if (at < 0) {
        throw new RoutingException(
            ErrorCode.KEY_MISSING_IN_INSERT, sharded.displayName(), key.name());
      }
      fields.add(at);
    }
    return new CopyTarget(table, fields, CopyColumns.types(sharded, tables.catalog()), insert);
  }

  private Plan make(String sql, QuestionMarks questionMarks) {
    ParsedSql parsed;
    try {
      parsed = SqlParser.parse(sql, questionMarks);
    } catch (SqlSyntaxException e) {
      return despite(e, sql);
    }
    parsed = RepeatedQueries.numbered(parsed, questionMarks);
    parsed = KeyDefaults.filled(parsed, tables, questionMarks);
    parsed = LeftToDefaults.leftOut(parsed, tables, questionMarks);
    NumberedStatement numbered = NumberedStatement.of(parsed, tables, questionMarks);
    if (numbered == null) {
      return planned(parsed, questionMarks);
    }
    Plan plan = planned(numbered.rewritten(), QuestionMarks.PARAMETERS);
    return new NumberedPlan(parsed, new Numbering(plan, numbered.draws(), numbered.markers()));
  }

  private Plan planned(ParsedSql parsed, QuestionMarks questionMarks) {
    Hint hint = Hint.parse(parsed.hint(), tables.configuration().shards());
    boolean block =
        parsed.statement() instanceof Utility utility && EVERYWHERE.contains(utility.verb());
    if (hint.everywhere() && !block) {
      throw new RoutingException(ErrorCode.BAD_HINT, "shards=all is for DO and CALL");
    }
    if (hint.pins() && !guarded) {
      return SequenceHomes.over(pinned(parsed, questionMarks, hint), parsed, hint, tables);
    }
    ParsedSql whole = ViewExpansion.expand(parsed, tables, questionMarks);
    Plan plan =
        hint.pins() ? pinned(parsed, questionMarks, hint) : checked(whole, questionMarks, hint);
    Plan atHome = SequenceHomes.over(plan, whole, hint, tables);
    return guarded ? TenantGuard.over(atHome, tables, whole.statement()) : atHome;
  }

  /** A text that is not understood runs where a hint says, or nowhere. */
  private Plan despite(SqlSyntaxException e, String sql) {
    Hint hint = Hint.parse(SqlParser.hint(sql), tables.configuration().shards());
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
      ParsedSql opaque = new ParsedSql(sql, unknown, List.of(), SqlParser.hint(sql));
      return new FixedPlan(opaque, Effect.WRITE, hint, shard, KeyHashes.any());
    }
    throw refused(e);
  }

  private static RoutingException refused(SqlSyntaxException e) {
    String where = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case SEVERAL_STATEMENTS -> new RoutingException(ErrorCode.SEVERAL_STATEMENTS);
      case TOO_LARGE, TOO_DEEP -> new RoutingException(ErrorCode.STATEMENT_TOO_LARGE, where);
      case SYNTAX -> new RoutingException(ErrorCode.SYNTAX, where);
    };
  }

  private CodeCheck codeCheck() {
    return new CodeCheck(
        tables, inner -> plan(inner, QuestionMarks.PARAMETERS, Hint.NONE, inner.statement()));
  }

  /** Plans a statement whose functions, triggers and policies have been looked into. */
  private Plan checked(ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    List<ShardId> shards = tables.configuration().shards();
    CodeCheck code = codeCheck();
    boolean call =
        shards.size() > 1
            && !hint.everywhere()
            && parsed.statement() instanceof Utility utility
            && utility.verb().equals("call");
    Optional<ShardId> home =
        code.check(call ? CallText.asQuery(parsed.sql()).statement() : parsed.statement());
    boolean query = call || parsed.statement() instanceof SelectStatement;
    boolean shows = parsed.statement() instanceof Utility shown && shown.verb().equals("show");
    boolean reads = shows || (query && !code.mayWrite());
    Effect effect = reads ? Effect.READ_ON_PRIMARY : Effect.WRITE;
    Optional<Targets> targets = code.targets();
    if (targets.isPresent()) {
      return new KeyedCallPlan(parsed, effect, hint, shards, targets.get());
    }
    if (home.isPresent() || call) {
      ShardId shard = home.orElse(shards.get(0)); // any of them, where it touches no table
      return new FixedPlan(parsed, effect, hint, shard, KeyHashes.any());
    }
    Plan plan = plan(parsed, questionMarks, hint, parsed.statement());
    return code.mayWrite() || code.mayWriteOtherKeys() ? new WritingPlan(plan) : plan;
  }

  private Plan plan(ParsedSql parsed, QuestionMarks questionMarks, Hint hint, Statement statement) {
    Reactions.refuseKeyChanges(statement, tables);
    if (statement instanceof SelectStatement select) {
      Plan setting = SetConfigPlan.of(parsed, hint, tables.configuration().shards(), select);
      if (setting != null) {
        return setting;
      }
      Plan home = HomePlan.of(parsed, hint, tables.configuration().shards(), select);
      if (home != null) {
        return home;
      }
      SelectPlanner planner = new SelectPlanner(tables, parsed, questionMarks, hint);
      Plan asking = CataloguePlan.of(parsed, select, hint, tables, () -> planner.plan(select));
      return asking != null ? asking : planner.plan(select);
    }
    if (statement instanceof Insert insert) {
      return new InsertPlanner(tables, parsed, questionMarks, hint, insert).plan();
    }
    if (statement instanceof Utility utility) {
      return new UtilityPlanner(tables, parsed, hint, utility)
          .plan(inner -> plan(parsed, questionMarks, hint, inner));
    }
    return new WritePlanner(tables, parsed, questionMarks, hint).plan(statement);
  }

  private Plan pinned(ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    Statement statement = parsed.statement();
    boolean session =
        statement instanceof Utility utility && SessionPlan.isSessionVerb(utility.verb());
    if (session) {
      return plan(parsed, questionMarks, Hint.NONE, statement);
    }
    boolean reads = statement instanceof SelectStatement && !CodeCheck.writes(statement, tables);
    Effect effect = reads ? Effect.READ_ON_PRIMARY : Effect.WRITE;
    ShardId shard = hint.shard();
    if (shard != null) {
      return checked(
          new FixedPlan(parsed, effect, hint, shard, KeyHashes.any()),
          shard,
          parsed,
          questionMarks,
          hint);
    }
    return byKey(parsed, questionMarks, hint, effect, statement);
  }

  private Plan checked(
      Plan plan, ShardId shard, ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    return hint.repair()
        ? plan
        : PinnedWrites.over(
            plan,
            tables,
            shard,
            parsed.statement(),
            write -> plan(parsed, questionMarks, Hint.NONE, write));
  }

  private Plan byKey(
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Hint hint,
      Effect effect,
      Statement statement) {
    List<FromItem.Table> mentioned = new ArrayList<>();
    collect(statement, mentioned);
    for (FromItem.Table node : mentioned) {
      Optional<Table> table = tables.configuration().table(Tables.local(node.name()));
      if (table.isPresent() && table.get() instanceof Table.Sharded sharded) {
        TableVariable variable = tables.variable(0, node);
        Reading reading = KeyValues.compared(hint.key(), variable.keyType(0));
        Key key = sharded.key().size() == 1 ? reading.key() : null;
        if (key != null) {
          ShardId shard = sharded.placement().shardOf(key);
          KeyHashes hashes = KeyHashes.of(KeyHash.postgres().of(key));
          return checked(
              new FixedPlan(parsed, effect, hint, shard, hashes),
              shard,
              parsed,
              questionMarks,
              hint);
        }
        throw new RoutingException(ErrorCode.BAD_HINT, "its key is not one of the table's");
      }
    }
    ShardId shard = sharedHome(hint);
    return new FixedPlan(parsed, effect, hint, shard, KeyHashes.any());
  }

  /** Where rows of a key lie of all sharded tables, for a statement that names none. */
  private ShardId sharedHome(Hint hint) {
    Set<ShardId> homes = new LinkedHashSet<>();
    for (Table table : tables.configuration().tables().values()) {
      if (table instanceof Table.Sharded sharded && sharded.key().size() == 1) {
        Optional<KeyType> type =
            tables
                .catalog()
                .table(sharded.name())
                .flatMap(shape -> shape.column(sharded.key().get(0).name()))
                .flatMap(column -> KeyType.named(column.type()))
                .or(() -> sharded.key().get(0).type());
        Key key = type.isPresent() ? KeyValues.compared(hint.key(), type).key() : null;
        if (key != null) {
          homes.add(sharded.placement().shardOf(key));
        }
      }
    }
    if (homes.size() != 1) {
      throw new RoutingException(
          ErrorCode.BAD_HINT, "key= needs a sharded table in the statement, or one placement");
    }
    return homes.iterator().next();
  }

  private static void collect(@Nullable Node node, List<FromItem.Table> tables) {
    if (node instanceof FromItem.Table table) {
      tables.add(table);
    }
    if (node != null) {
      node.children().forEach(child -> collect(child, tables));
    }
  }
}
