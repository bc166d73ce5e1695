package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.NumberedAssignments;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * UPDATE that gives each of its rows a number of a sequence, which counts on another shard.
 *
 * <p>The rows are looked for first, by their primary key; each is given its numbers, and then each
 * shard carries out the statement over its own rows with the numbers that they were given, and with
 * the statement's own condition, so that a row that somebody else has changed meanwhile is met if
 * it would be met. What a row has become the numbers do not depend on. Numbers of rows that are not
 * met are gaps. Every copy of a reference table is given the same.
 */
final class NumberedUpdate extends DistributedWrite {

  private static final String ROW = "\"shardjdbc:row\"";

  private final Update update;
  private final TableVariable target;
  private final List<String> columns;
  private final NumberedAssignments numbered;
  private final Template plannedText;
  private final Plan planned;

  private NumberedUpdate(
      Tables tables,
      ParsedSql parsed,
      SourceQuery source,
      TableVariable target,
      Update update,
      List<String> columns,
      NumberedAssignments numbered,
      Template plannedText,
      Plan planned) {
    super(tables, parsed, source, target);
    this.update = update;
    this.target = target;
    this.columns = columns;
    this.numbered = numbered;
    this.plannedText = plannedText;
    this.planned = planned;
  }

  /** Refused where the rows cannot be found first, or the rest is refused. */
  static Found<NumberedUpdate> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Update update,
      TableVariable target,
      TableShape shape,
      NumberedAssignments numbered) {
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, "a question mark in a plain Statement");
    }
    Set<String> columns = new LinkedHashSet<>();
    if (target.table() instanceof Table.Sharded sharded) {
      sharded.key().stream().map(KeyColumn::name).forEach(columns::add);
    }
    columns.addAll(shape.primaryKey());
    String label = Identifiers.quote(target.label());
    Template rows =
        new Template(parsed)
            .write(
                columns.stream()
                    .map(column -> label + "." + Identifiers.quote(column))
                    .collect(Collectors.joining(", ", "SELECT ", " FROM ")))
            .copy(update.target().span());
    if (update.where() != null) {
      rows.write(" WHERE ").copy(update.where().span());
    }
    Template text = withNumbers(parsed, update, numbered, null);
    return SourceQuery.of(tables, rows, questionMarks)
        .then(
            source ->
                TwoSteps.write(tables, SqlParser.parse(text.text(), QuestionMarks.PARAMETERS))
                    .map(
                        plan ->
                            new NumberedUpdate(
                                tables,
                                parsed,
                                source,
                                target,
                                update,
                                List.copyOf(columns),
                                numbered,
                                text,
                                plan)));
  }

  /**
   * @param first the column of the first number, or null to plan what is the same with any number
   */
  private static Template withNumbers(
      ParsedSql parsed, Update update, NumberedAssignments numbered, @Nullable Integer first) {
    return new Template(parsed)
        .copy(new Span(update.span().start(), parsed.sql().length()), edits(numbered, first));
  }

  private static List<Edit> edits(NumberedAssignments numbered, @Nullable Integer first) {
    List<Edit> edits = new ArrayList<>();
    int next = first == null ? 0 : first;
    for (Expr value : numbered.inOrder()) {
      List<String> numbers = new ArrayList<>();
      for (Draw draw : numbered.draws(List.of(value))) {
        numbers.add(first == null ? "0::int8" : ROW + "." + column(next));
        next += draw.count();
      }
      edits.add(Edit.replace(value.span(), numbered.written(value, numbers).toArray()));
    }
    return edits;
  }

  private static String column(int i) {
    return "\"shardjdbc:" + i + "\"";
  }

  @Override
  public List<Draw> numbers() {
    return numbered.draws(numbered.inOrder());
  }

  @Override
  List<KeyPart> key(Rows rows) {
    int width = ((Table.Sharded) target.table()).key().size();
    return IntStream.range(0, width).mapToObj(i -> new KeyPart(i, null)).toList();
  }

  @Override
  List<Integer> columns(Rows rows) {
    return IntStream.range(0, rows.types().size()).boxed().toList();
  }

  @Override
  public Optional<Instead> otherwise(Rows rows, List<@Nullable Object> values, ShardMap map) {
    List<@Nullable Object> own = new ArrayList<>();
    plannedText.parameters().forEach(index -> own.add(values.get(index - 1)));
    DirectRoute route = planned.route(own, map).direct();
    if (route == null || !route.isCallersText()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "nextval beside a sub-query");
    }
    return Optional.empty();
  }

  @Override
  void write(Template statement, Rows rows) {
    String items =
        columns(rows).stream()
            .map(i -> "c" + i + "::" + rows.types().get(i) + " AS " + column(i))
            .collect(Collectors.joining(", "));
    int end = update.assignments().get(update.assignments().size() - 1).span().end();
    List<Edit> edits = edits(numbered, columns.size());
    statement
        .copy(new Span(update.span().start(), end), edits)
        .write(" FROM (SELECT " + items + " FROM " + ROWS + ") AS " + ROW + " WHERE ");
    if (update.where() != null) {
      statement.write("(").copy(update.where().span()).write(") AND ");
    }
    String label = Identifiers.quote(target.label());
    statement.write(
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    label + "." + Identifiers.quote(columns.get(i)) + " = " + ROW + "." + column(i))
            .collect(Collectors.joining(" AND ", "", " ")));
    if (update.returningSpan() != null) {
      statement.copy(
          new Span(update.returningSpan().start(), parsed().sql().length()), returning(label));
    }
  }

  /** The numbers are no columns that a star means. */
  private List<Edit> returning(String label) {
    List<Edit> edits = new ArrayList<>();
    for (Query.SelectItem item : update.returning()) {
      if (item.value() instanceof Expr.Column column
          && column.star()
          && column.name().parts().size() <= 1
          && item.span().of(parsed().sql()).strip().equals("*")) {
        edits.add(Edit.replace(item.span(), label + ".*"));
      }
    }
    return edits;
  }

  @Override
  Merge merge(List<List<Integer>> rows) {
    return new Merge.SumOfCounts();
  }

  @Override
  boolean onEveryShard() {
    return false;
  }
}
