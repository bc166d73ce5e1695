package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that an INSERT of a query's rows takes from sequences: how many, only the rows tell.
 *
 * <p>So the query is answered first, without them, and each of its rows is then given its numbers,
 * in the order of the rows, as one server would.
 *
 * @param columns the columns that are numbered
 * @param given the columns that the query fills
 */
public record NumberedSource(List<Numbered> columns, List<String> given) {

  /**
   * A column of numbers.
   *
   * @param position in the query's list, where it takes the place of what stands there; -1 behind
   * @param item the item of the list that it replaces, and that is not to be computed; or null
   * @param always whether it is GENERATED ALWAYS
   */
  public record Numbered(
      String name, int position, @Nullable Expr item, CountedText text, boolean always) {}

  public NumberedSource {
    columns = List.copyOf(columns);
    given = List.copyOf(given);
  }

  /** Null where it takes no numbers, or not in a way that is certain. */
  public static @Nullable NumberedSource of(Tables tables, Insert insert) {
    if (insert.source() == null || NumberedRows.rows(insert) != null || tables.serversCount()) {
      return null;
    }
    Sequences sequences = new Sequences(tables);
    Table target = sequences.target(insert.target());
    if (target == null) {
      return null;
    }
    ShardId only = target instanceof Table.Single single ? single.shard() : null;
    List<String> all = sequences.columns(insert.target());
    List<Numbered> numbered = new ArrayList<>();
    List<String> given = given(tables, insert, all);
    if (given == null) {
      return null;
    }
    for (CountedColumn column : sequences.counted(insert.target())) {
      int at = given.indexOf(column.name());
      boolean ignored = column.identity() && "user".equals(insert.overriding());
      if (at >= 0 && !ignored) {
        continue;
      }
      CountedText text = CountedText.ofDefault(column.expression(), sequences);
      if (text == null || insert.subscriptedColumn()) {
        return null;
      }
      if (!text.isOn(only)) {
        numbered.add(new Numbered(column.name(), at, null, text, column.always()));
      }
    }
    return items(insert.source(), sequences, only, numbered) && !numbered.isEmpty()
        ? new NumberedSource(numbered, given)
        : null;
  }

  /**
   * The columns that the query fills; without a list, as many as it has. Null where nobody can tell
   * before it is answered.
   */
  public static @Nullable List<String> given(Tables tables, Insert insert, List<String> all) {
    if (!insert.columns().isEmpty() || insert.source() == null) {
      return insert.columns();
    }
    Analyzer analyzer = new Analyzer(tables);
    Analyzer.Result rows = new WriteAnalysis(analyzer, CommonTables.none()).analyse(insert).rows();
    if (analyzer.analysis().refusal() != null) {
      return null; // of a common table around it, say
    }
    int width = rows == null || rows.rows().columns() == null ? -1 : rows.rows().width();
    return width < 0 || width > all.size() ? null : all.subList(0, width);
  }

  /** Adds the items of the query's list that are numbers; false where others take some. */
  private static boolean items(
      Query query, Sequences sequences, @Nullable ShardId only, List<Numbered> numbered) {
    if (!CountedText.steps(query)) {
      return true;
    }
    if (!(query.body() instanceof Query.Select select)
        || select.distinct() != Query.Distinct.NONE
        || !select.groupBy().isEmpty()
        || select.having() != null
        || query.with() != null) {
      return false;
    }
    List<Expr> found = new ArrayList<>();
    for (int i = 0; i < select.items().size(); i++) {
      Expr value = select.items().get(i).value();
      if (Positions.isStar(value) || Functions.hasAggregate(value)) {
        return false;
      }
      CountedText text = CountedText.of(value, sequences);
      if (text == null) {
        continue;
      }
      if (!text.isPlain() || text.isOn(only)) {
        return false;
      }
      found.add(value);
      numbered.add(new Numbered("", i, value, text, false));
    }
    return !found.isEmpty() && stepsOf(query) == found.size();
  }

  static int stepsOf(io.shardjdbc.routing.sql.Node node) {
    int own = node instanceof Expr.Call call && Sequences.isStep(call) ? 1 : 0;
    for (io.shardjdbc.routing.sql.Node child : node.children()) {
      own += stepsOf(child);
    }
    return own;
  }

  /** The columns that the list of the INSERT does not have. */
  public List<String> added() {
    return columns.stream().filter(c -> c.position() < 0).map(Numbered::name).toList();
  }

  /** Whether a column is numbered, and how: its place among the numbers; -1 where it is not. */
  public int plain(String column) {
    int slot = 0;
    for (Numbered numbered : columns) {
      if (numbered.name().equals(column) && numbered.text().isPlain()) {
        return slot;
      }
      slot += numbered.text().slots().size();
    }
    return -1;
  }

  /** The same of what the query fills at a position. */
  public int plainAt(int position) {
    int slot = 0;
    for (Numbered numbered : columns) {
      if (numbered.position() == position && numbered.text().isPlain()) {
        return slot;
      }
      slot += numbered.text().slots().size();
    }
    return -1;
  }

  /** Whether a column gets its numbers this way. */
  public boolean numbers(String column) {
    return columns.stream().anyMatch(c -> c.name().equals(column));
  }

  /** Whether a number takes the place of an item of the query's list. */
  public boolean replaces(Expr item) {
    return columns.stream().anyMatch(c -> item.equals(c.item()));
  }

  /** What is taken for each row. */
  public List<Draw> draws() {
    return columns.stream().flatMap(c -> c.text().slots().stream()).map(Slot::draw).toList();
  }

  /** The changes of the query that leave out what is replaced. */
  public List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    for (Numbered numbered : columns) {
      if (numbered.item() != null) {
        edits.add(Edit.replace(numbered.item().span(), "NULL::int8"));
      }
    }
    return edits;
  }

  /** What stands in the place of an item of the query's list, or null. */
  public @Nullable Numbered at(int position) {
    return columns.stream().filter(c -> c.position() == position).findFirst().orElse(null);
  }

  /** Writes a column, whose numbers are the columns of the rows from {@code width} on. */
  public void write(Template statement, Numbered numbered, int width) {
    int slot = width;
    for (Numbered before : columns) {
      if (before.equals(numbered)) {
        break;
      }
      slot += before.text().slots().size();
    }
    for (Object piece : numbered.text().pieces()) {
      if (piece instanceof String words) {
        statement.write(words);
      } else {
        statement.write("c" + slot + "::int8");
        slot++;
      }
    }
  }

  /** Writes what stands between the name of the table and the rows. */
  public void head(Template statement, Insert insert) {
    Span list = insert.columnsSpan();
    List<String> behind = new ArrayList<>(added());
    if (list == null) {
      behind.addAll(0, given);
      statement.write(" (");
    } else {
      statement.write(" ").copy(new Span(list.start(), list.end() - 1));
      statement.write(behind.isEmpty() ? "" : ", ");
    }
    statement.write(
        behind.stream().map(Identifiers::quote).collect(Collectors.joining(", ", "", ")")));
    if (insert.overriding() != null || columns.stream().anyMatch(Numbered::always)) {
      statement.write(" OVERRIDING SYSTEM VALUE");
    }
    statement.write(" ");
  }
}
