package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Default;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes into an INSERT the default of a shard key that it leaves out, and of a column of a
 * reference table that each copy would compute its own way: {@code INSERT INTO things (n) VALUES
 * (1)} becomes {@code INSERT INTO things (n, id) VALUES (1, (gen_random_uuid()))}. DEFAULT that is
 * written for a key without one is the NULL that it stands for.
 *
 * <p>Rows of a query get it as one more item of their list.
 *
 * <p>From there on it is a value that is computed and bound, as any other.
 */
public final class KeyDefaults {

  private final Insert insert;
  private final Table table;
  private final TableShape shape;
  private final List<String> given;
  private final List<Edit> edits = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final List<String> expressions = new ArrayList<>();

  private KeyDefaults(Insert insert, Table table, TableShape shape) {
    this.insert = insert;
    this.table = table;
    this.shape = shape;
    this.given = given();
  }

  /** The statement with its key; as it is where the key is given, or has no default. */
  public static ParsedSql filled(ParsedSql parsed, Tables tables, QuestionMarks questionMarks) {
    if (!(parsed.statement() instanceof Insert insert)
        || insert.subscriptedColumn()
        || insert.overriding() != null) {
      return parsed;
    }
    List<String> name = Tables.local(insert.target().name());
    Table table = tables.configuration().table(name).orElse(null);
    if (!(table instanceof Table.Sharded) && !(table instanceof Table.Reference)) {
      return parsed;
    }
    Optional<TableShape> shape = tables.catalog().table(name);
    return shape
        .map(known -> new KeyDefaults(insert, table, known).in(parsed, tables, questionMarks))
        .orElse(parsed);
  }

  private List<String> given() {
    if (!insert.columns().isEmpty()) {
      return insert.columns();
    }
    List<Expr.Row> rows = rows();
    List<String> all = shape.columns().stream().map(ColumnShape::name).toList();
    int count = rows == null ? widthOfQuery() : rows.get(0).items().size();
    return all.subList(0, Math.min(count, all.size()));
  }

  /** How many columns the query has; 0 where its text does not tell. */
  private int widthOfQuery() {
    Query query = insert.source();
    return query != null
            && query.body() instanceof Query.Select select
            && select.items().stream().noneMatch(item -> Positions.isStar(item.value()))
        ? select.items().size()
        : 0;
  }

  private @Nullable List<Expr.Row> rows() {
    return insert.source() != null
            && insert.source().body() instanceof Query.Values values
            && insert.source().with() == null
            && insert.source().orderBy().isEmpty()
            && insert.source().limitSpan() == null
        ? values.rows()
        : null;
  }

  private ParsedSql in(ParsedSql parsed, Tables tables, QuestionMarks questionMarks) {
    List<Expr.Row> rows = rows();
    boolean unlike =
        rows == null
            ? given.isEmpty() || writes(insert.source())
            : rows.stream().anyMatch(r -> r.items().size() != given.size());
    if (insert.source() != null && unlike) {
      return parsed;
    }
    for (String key : filledHere()) {
      int at = given.indexOf(key);
      boolean left = at < 0 || (rows != null && rows.stream().anyMatch(r -> isDefault(r, at)));
      String expression = left ? expression(key, tables) : null;
      if (expression == null) {
        continue;
      }
      if (at < 0) {
        added.add(Identifiers.quote(key));
        expressions.add("(" + expression + ")");
      } else if (rows != null) {
        rows.stream()
            .filter(row -> isDefault(row, at))
            .forEach(
                row -> edits.add(Edit.replace(row.items().get(at).span(), "(" + expression + ")")));
      }
    }
    if (!added.isEmpty()) {
      add(rows);
    }
    return edits.isEmpty() ? parsed : edited(parsed, questionMarks);
  }

  /** Whether its WITH writes, which stands nowhere but at the top. */
  private static boolean writes(@Nullable Query query) {
    return query != null
        && query.with() != null
        && !query.with().tables().stream()
            .allMatch(table -> table.statement() instanceof SelectStatement);
  }

  private static boolean isDefault(Expr.Row row, int at) {
    return row.items().get(at) instanceof Expr.Literal literal
        && literal.kind() == Expr.LiteralKind.DEFAULT;
  }

  /**
   * The key of a sharded table, and what the session remembers; of a reference table what each copy
   * would compute its own way.
   */
  private List<String> filledHere() {
    return table instanceof Table.Sharded sharded
        ? Stream.concat(
                sharded.key().stream().map(KeyColumn::name),
                shape.columns().stream()
                    .filter(column -> column.defaults() == Default.REMEMBERED)
                    .map(ColumnShape::name))
            .distinct()
            .toList()
        : shape.columns().stream()
            .filter(column -> column.defaults().computes())
            .map(ColumnShape::name)
            .toList();
  }

  private @Nullable String expression(String key, Tables tables) {
    if (given.contains(key)
        && shape.column(key).filter(c -> c.defaults() == Default.NONE).isPresent()) {
      return "NULL";
    }
    boolean computed =
        shape
            .column(key)
            .filter(c -> c.defaults().computes() || c.defaults() == Default.CONSTANT)
            .isPresent();
    return computed
        ? tables.catalog().defaultOf(Tables.local(insert.target().name()), key).orElse(null)
        : null;
  }

  private void add(@Nullable List<Expr.Row> rows) {
    String values = String.join(", ", expressions);
    int start = insert.target().span().end();
    Query query = insert.source();
    if (rows == null && query != null) {
      addColumns(start);
      addTo(query, values);
      return;
    } else if (rows == null) {
      int end =
          insert.onConflict() != null
              ? insert.onConflict().span().start()
              : insert.returningSpan() != null
                  ? insert.returningSpan().start()
                  : insert.span().end();
      String columns = String.join(", ", added);
      edits.add(Edit.replace(new Span(start, end), " (" + columns + ") VALUES (" + values + ") "));
      return;
    }
    addColumns(start);
    for (Expr.Row row : rows) {
      edits.add(Edit.insert(row.span().end() - 1, ", " + values));
    }
  }

  /** Behind what the query gives for each row, be it several queries in one. */
  private void addTo(Query query, String values) {
    if (query.body() instanceof Query.Select select
        && select.distinct() == Query.Distinct.NONE
        && !select.table()) {
      edits.add(Edit.insert(select.itemsSpan().end(), ", " + values));
      return;
    }
    edits.add(Edit.insert(query.span().start(), "SELECT given.*, " + values + " FROM ("));
    edits.add(Edit.insert(query.span().end(), ") AS given"));
  }

  private void addColumns(int start) {
    Span list = insert.columnsSpan();
    if (list != null) {
      edits.add(Edit.insert(list.end() - 1, ", " + String.join(", ", added)));
    } else {
      String all =
          given.stream().map(Identifiers::quote).collect(Collectors.joining(", "))
              + ", "
              + String.join(", ", added);
      edits.add(Edit.insert(start, " (" + all + ")"));
    }
  }

  private ParsedSql edited(ParsedSql parsed, QuestionMarks questionMarks) {
    Template text = Template.edited(parsed, edits);
    List<Integer> parameters = text.parameters();
    boolean inOrder =
        IntStream.range(0, parameters.size()).allMatch(i -> parameters.get(i) == i + 1);
    return inOrder ? SqlParser.parse(text.text(), questionMarks) : parsed;
  }
}
