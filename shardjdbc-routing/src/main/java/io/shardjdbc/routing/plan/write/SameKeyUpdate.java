package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.KeySet;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.KeyAssignments.Constant;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * UPDATE that assigns the shard key a constant, and finds its rows by something else: {@code UPDATE
 * posts SET user_id = ?, title = ? WHERE id = ?}, as programs write it that list every column.
 *
 * <p>Nearly always the key is the one that the rows have. So the shards are asked first whether a
 * row that the statement meets has another; if none has, the statement runs with the condition that
 * the key is the assigned one, on the shards that have such rows, and is an ordinary UPDATE there,
 * with its triggers and foreign keys. The condition makes that safe whatever others write in
 * between: no row can move by it. If a row would move, the statement is refused, or the row moves.
 */
final class SameKeyUpdate implements RowDistribution {

  private final ParsedSql parsed;
  private final Update update;
  private final TableVariable target;
  private final List<Constant> assigned;
  private final Targets.Target before;
  private final Template inPlace;
  private final Found<TwoSteps> steps;
  private final @Nullable RowMove move;

  private SameKeyUpdate(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target,
      List<Constant> assigned,
      Facts facts,
      @Nullable RowMove move) {
    this.parsed = parsed;
    this.update = update;
    this.target = target;
    this.assigned = assigned;
    this.before = Targets.target(target, facts);
    this.move = move;
    this.inPlace = inPlace();
    this.steps =
        TwoSteps.of(
            SourceQuery.of(tables, others(), questionMarks), () -> inPlace(tables, questionMarks));
  }

  /**
   * @param assigned what each column of the key is assigned; empty where that is no constant
   * @param move how rows move, or null where they do not
   * @return null where the statement cannot be planned so
   */
  static @Nullable SameKeyUpdate plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target,
      List<Constant> assigned,
      Facts facts,
      @Nullable RowMove move) {
    if (assigned.isEmpty() || questionMarks.areOperatorsIn(parsed.sql())) {
      return null;
    }
    SameKeyUpdate same =
        new SameKeyUpdate(tables, parsed, questionMarks, update, target, assigned, facts, move);
    return same.steps.fold(both -> same, why -> null);
  }

  private Found<Plan> inPlace(Tables tables, QuestionMarks questionMarks) {
    ParsedSql text = SqlParser.parse(inPlace.text(), questionMarks);
    return new WritePlanner(tables, text, questionMarks, Hint.NONE).inPlace(text.statement());
  }

  /** Finds a row that would get another key. */
  private Template others() {
    Template text = new Template(parsed);
    if (update.with() != null) {
      text.copy(update.with().span()).write(" ");
    }
    text.write("SELECT 1 FROM ").copy(update.target().span());
    if (!update.from().isEmpty()) {
      int end = update.from().get(update.from().size() - 1).span().end();
      text.write(", ").copy(new Span(update.from().get(0).span().start(), end));
    }
    text.write(" WHERE ");
    if (update.where() != null) {
      text.write("(").copy(update.where().span()).write(") AND ");
    }
    return condition(text.write("("), " IS DISTINCT FROM ", " OR ").write(") LIMIT 1");
  }

  /** The statement for rows that have the key already. */
  private Template inPlace() {
    Template text = new Template(parsed);
    Expr where = update.where();
    int end = update.returningSpan() == null ? update.span().end() : update.returningSpan().start();
    if (where == null) {
      text.copy(new Span(0, end)).write(" WHERE ");
    } else {
      text.copy(new Span(0, where.span().start())).write("(").copy(where.span()).write(") AND ");
      end = where.span().end();
    }
    condition(text, " = ", " AND ");
    return text.write(" ").copy(new Span(end, parsed.sql().length()));
  }

  private Template condition(Template text, String operator, String between) {
    for (int i = 0; i < assigned.size(); i++) {
      Constant constant = assigned.get(i);
      String column = sharded().key().get(constant.column()).name();
      Optional<KeyType> type = target.keyType(constant.column());
      text.write(i == 0 ? "" : between)
          .write(Identifiers.quote(target.label()) + "." + Identifiers.quote(column))
          .write(operator + "(")
          .copy(constant.value().span())
          .write(")" + type.map(t -> "::" + t.sqlName()).orElse(""));
    }
    return text;
  }

  private Table.Sharded sharded() {
    return (Table.Sharded) target.table();
  }

  /** Whether the text says something of the keys that its rows have. */
  boolean isPinned() {
    return before.domains().stream().allMatch(domain -> domain != null);
  }

  /** Whether rows can have the key that is assigned: it is one, and no condition excludes it. */
  boolean mayKeep(List<@Nullable Object> values) {
    for (Constant constant : assigned) {
      KeyReader reader = new KeyReader(target.keyType(constant.column()), values);
      Key key = reader.read(constant.value(), true).key();
      KeySet had = reader.read(before.domains().get(constant.column()));
      if (key == null || (had instanceof KeySet.Keys keys && !keys.keys().contains(key))) {
        return false;
      }
    }
    return true;
  }

  Route route(boolean primary, ShardMap map) {
    return new Distribute(
        Effect.WRITE, map.shards(), this, primary, WrittenTables.of(parsed.statement()));
  }

  @Override
  public Plan source() {
    return steps.orThrow().query().plan();
  }

  @Override
  public List<Integer> sourceParameters() {
    return steps.orThrow().query().parameters();
  }

  @Override
  public String table() {
    return sharded().displayName();
  }

  @Override
  public Optional<Instead> otherwise(Rows rows, List<@Nullable Object> values, ShardMap map) {
    if (rows.count() == 0) {
      Route route = kept(values, map);
      return TwoSteps.isOfText(route)
          ? Optional.empty()
          : Optional.of(new Instead(route, List.of(), inPlace.parameters()));
    }
    if (move == null) {
      throw changes();
    }
    List<Integer> all = IntStream.rangeClosed(1, values.size()).boxed().toList();
    return Optional.of(new Instead(move.moving(true, values, map), List.of(), all));
  }

  private Route kept(List<@Nullable Object> values, ShardMap map) {
    List<@Nullable Object> own = new ArrayList<>();
    inPlace.parameters().forEach(index -> own.add(values.get(index - 1)));
    return steps.orThrow().write().route(own, map);
  }

  @Override
  public Deal deal(Rows rows, List<@Nullable Object> values, ShardMap map) {
    DirectRoute route = TwoSteps.ofText(kept(values, map));
    List<ShardStatement> statements =
        route.statements().stream().map(s -> inPlace.on(s.shard())).toList();
    return new Deal(
        route.with(statements), Collections.nCopies(statements.size(), List.of()), List.of());
  }

  private RoutingException changes() {
    return new RoutingException(
        ErrorCode.KEY_UPDATE,
        sharded().displayName(),
        sharded().key().get(assigned.get(0).column()).name());
  }
}
