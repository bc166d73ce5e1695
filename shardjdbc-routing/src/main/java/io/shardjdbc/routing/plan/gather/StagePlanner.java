package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.result.Fetch;
import io.shardjdbc.routing.plan.result.Gathering.StagePlan;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.InRounds.FoundColumn;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Plans what is fetched for each place in the text that names a table: columns, and rows. */
final class StagePlanner {

  private final ParsedSql parsed;
  private final Analysis analysis;
  private final NamedColumns named;
  private final Objections against;
  private final List<List<TableVariable>> places;
  private final RowsOnce once;

  /** The parameters of conditions on what is fetched that might name the clock. */
  private final Set<Integer> readByValue;

  /**
   * @param named the columns that the statement names
   * @param inPlace which tables are read where the statement runs
   */
  StagePlanner(
      ParsedSql parsed,
      Analysis analysis,
      NamedColumns named,
      Objections against,
      Predicate<TableVariable> inPlace) {
    this.parsed = parsed;
    this.analysis = analysis;
    this.named = named;
    this.against = against;
    this.readByValue = new HashSet<>(analysis.readByValue());
    this.once = RowsOnce.of(parsed.statement(), analysis);
    this.places = byPlace(analysis.tables());
    places.removeIf(occurrences -> occurrences.stream().allMatch(inPlace));
  }

  /** The occurrences of tables, those of one place in the text together. */
  private static List<List<TableVariable>> byPlace(List<TableVariable> tables) {
    IdentityHashMap<FromItem.Table, List<TableVariable>> places = new IdentityHashMap<>();
    List<List<TableVariable>> inOrder = new ArrayList<>();
    for (TableVariable table : tables) {
      List<TableVariable> occurrences = places.get(table.node());
      if (occurrences == null) {
        occurrences = new ArrayList<>();
        places.put(table.node(), occurrences);
        inOrder.add(occurrences);
      }
      occurrences.add(table);
    }
    return inOrder;
  }

  /** The stages, and which one each place is. */
  record Planned(List<StagePlan> stages, IdentityHashMap<List<TableVariable>, StagePlan> places) {
    StagePlan of(List<TableVariable> place) {
      return Objects.requireNonNull(places.get(place));
    }
  }

  List<List<TableVariable>> places() {
    return places;
  }

  /** All at once. */
  Planned atOnce() {
    return plan(FetchOrder.atOnce());
  }

  /**
   * In rounds; null where no round would thin out another, and nothing else speaks for them.
   *
   * @param inPlace whether the last step reads tables where they lie, beside copies
   */
  @Nullable Planned inRounds(boolean inPlace) {
    SemiJoins joins = new SemiJoins(analysis, this::condition);
    List<TableVariable> tables = places.stream().flatMap(List::stream).toList();
    Map<Integer, Integer> groups = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      for (TableVariable occurrence : places.get(i)) {
        groups.put(occurrence.id(), i);
      }
    }
    for (TableVariable table : tables) {
      joins.lieBeside(table).forEach(beside -> unite(groups, table.id(), beside.id()));
    }
    FetchOrder order =
        FetchOrder.of(
            tables,
            groups,
            Gifts.among(tables, analysis),
            table -> !condition(table).isEmpty(),
            table -> !joins.conditions(table).isEmpty());
    Planned planned = plan(order);
    boolean helps = planned.stages().stream().anyMatch(stage -> !stage.found().isEmpty());
    return helps || (inPlace && planned.stages().size() > 1) ? planned : null;
  }

  private static void unite(Map<Integer, Integer> groups, int one, int other) {
    Integer a = groups.get(one);
    Integer b = groups.get(other);
    if (a != null && b != null && !a.equals(b)) {
      int lower = Math.min(a, b);
      groups.replaceAll((id, group) -> group.equals(a) || group.equals(b) ? lower : group);
    }
  }

  private Planned plan(FetchOrder order) {
    List<StagePlan> stages = new ArrayList<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    IdentityHashMap<List<TableVariable>, StagePlan> whole = new IdentityHashMap<>();
    List<List<TableVariable>> inOrder = new ArrayList<>(places);
    inOrder.sort(Comparator.comparingInt(place -> round(order, place)));
    for (List<TableVariable> occurrences : inOrder) {
      if (whole.containsKey(occurrences)) {
        continue;
      }
      String name = Identifiers.quote("shardjdbc:" + (stages.size() + 1));
      FoundValues found = new FoundValues(order, numbers, stages, round(order, occurrences));
      SemiJoins joins = new SemiJoins(analysis, this::condition, found);
      List<List<TableVariable>> alike = alike(occurrences, order);
      StagePlan stage = stage(name, alike.stream().flatMap(List::stream).toList(), joins, found);
      StagePlan same =
          stages.stream()
              .filter(other -> other.fetchesAs(stage) && occurrences.get(0).node().sample() == null)
              .findFirst()
              .orElse(null);
      int number = same == null ? stages.size() : stages.indexOf(same);
      if (same == null) {
        stages.add(stage);
      }
      for (List<TableVariable> place : alike) {
        whole.put(place, same == null ? stage : same);
        place.forEach(occurrence -> numbers.put(occurrence.id(), number));
      }
    }
    return new Planned(stages, whole);
  }

  private static int round(FetchOrder order, List<TableVariable> place) {
    return place.stream().mapToInt(order::round).max().orElse(0);
  }

  /**
   * The places that one copy will do for: those of the same table, if one of them needs all its
   * rows.
   */
  private List<List<TableVariable>> alike(List<TableVariable> place, FetchOrder order) {
    List<List<TableVariable>> same =
        places.stream().filter(other -> isAlike(place.get(0), other.get(0))).toList();
    boolean whole = same.stream().flatMap(List::stream).anyMatch(one -> isWhole(one, order));
    return whole && same.contains(place) ? same : List.of(place);
  }

  private boolean isAlike(TableVariable one, TableVariable other) {
    return one.table().equals(other.table())
        && isWholeTable(one.node())
        && isWholeTable(other.node())
        && named.has(one.label()) == named.has(other.label());
  }

  private static boolean isWholeTable(FromItem.Table node) {
    FromItem.@Nullable Alias alias = node.alias();
    return !node.only() && node.sample() == null && (alias == null || alias.columns().isEmpty());
  }

  private boolean isWhole(TableVariable table, FetchOrder order) {
    return order.into(table, order.round(table)).isEmpty()
        && new SemiJoins(analysis, this::condition).conditions(table).isEmpty();
  }

  private StagePlan stage(
      String name, List<TableVariable> occurrences, SemiJoins joins, FoundValues found) {
    TableVariable table = occurrences.get(0);
    if (table.shape().isEmpty()) {
      against.add(
          ErrorCode.UNSUPPORTED_CLAUSE,
          "table " + table.table().displayName() + " of unknown columns");
    }
    List<ColumnShape> known = table.shape().map(TableShape::columns).orElse(List.of());
    FromItem.Alias alias = table.node().alias();
    boolean renamed = alias != null && !alias.columns().isEmpty();
    boolean all = named.all() || renamed || named.has(table.label());
    List<StagedColumn> columns = new ArrayList<>();
    List<String> tableColumns = new ArrayList<>();
    StringBuilder texts = new StringBuilder();
    List<String> shown = table.columns();
    for (int i = 0; i < known.size(); i++) {
      ColumnShape column = known.get(i);
      boolean last = columns.isEmpty() && i == known.size() - 1;
      boolean isNamed = occurrences.stream().anyMatch(one -> named.has(column.name(), one.label()));
      if (all || isNamed || last) {
        String shownName = shown == null ? column.name() : shown.get(i);
        texts
            .append(columns.isEmpty() ? "" : ", ")
            .append(Identifiers.quote(table.label()) + "." + Identifiers.quote(shownName))
            .append("::pg_catalog.text");
        tableColumns.add(column.name());
        columns.add(
            new StagedColumn(
                Identifiers.quote(column.name()),
                column.sqlType(),
                column.collation(),
                named.compares(column.name())));
      }
    }
    Template fetch =
        new Template(parsed)
            .write(once.willDo(occurrences, tableColumns) ? "SELECT DISTINCT " : "SELECT ")
            .write(texts + " FROM ")
            .copy(table.node().span());
    Template whole = fetch.copy();
    Template thinned = fetch.copy();
    Template byFound = fetch.copy();
    where(thinned, occurrences, joins.withoutFound());
    where(byFound, occurrences, joins);
    boolean isByFound = byFound.parameters().stream().anyMatch(marker -> marker < 0);
    return new StagePlan(
        name,
        table.table().displayName(),
        columns,
        tableColumns,
        Fetch.of(thinned, whole, readByValue),
        Targets.of(occurrences, analysis.facts(), List.of()),
        found.round(),
        isByFound ? found.columns() : List.<FoundColumn>of(),
        byFound);
  }

  /** Rows that any of the occurrences may need. */
  private void where(Template fetch, List<TableVariable> occurrences, SemiJoins joins) {
    List<List<Object>> conditions = new ArrayList<>();
    FromItem.Table place = occurrences.get(0).node();
    boolean onePlace = occurrences.stream().allMatch(other -> other.node().equals(place));
    for (TableVariable occurrence : occurrences) {
      List<Object> condition =
          onePlace ? joins.conditions(occurrence) : condition(occurrence); // else under other names
      if (condition.isEmpty()) {
        return;
      }
      conditions.add(condition);
    }
    fetch.write(" WHERE ");
    for (int i = 0; i < conditions.size(); i++) {
      fetch.write(i == 0 ? "(" : " OR (");
      for (Object piece : conditions.get(i)) {
        if (piece instanceof Span span) {
          fetch.copy(span);
        } else if (piece instanceof Template.Marker marker) {
          fetch.mark(marker);
        } else {
          fetch.write((String) piece);
        }
      }
      fetch.write(")");
    }
  }

  private List<Object> condition(TableVariable table) {
    List<Object> pieces = new ArrayList<>();
    for (Expr filter : analysis.filters().getOrDefault(table.id(), List.of())) {
      pieces.add(pieces.isEmpty() ? "(" : " AND (");
      addText(filter, pieces);
      pieces.add(")");
    }
    for (ColumnId key : table.key()) {
      Domain domain = analysis.facts().domain(key);
      if (domain != null) {
        String column = Identifiers.quote(table.label()) + "." + Identifiers.quote(key.column());
        TypeInput type = TypeInput.of(table.columnShape(key.column()));
        List<Object> words = new DomainSql(column, type, readByValue).pieces(domain);
        if (!words.isEmpty()) {
          pieces.add(pieces.isEmpty() ? "" : " AND ");
          pieces.addAll(words);
        }
      }
    }
    return pieces;
  }

  /** What follows from a condition may be made of pieces of it, so it has no text of its own. */
  private static void addText(Expr filter, List<Object> pieces) {
    if (!(filter instanceof Expr.Logical logical)) {
      pieces.add(filter.span());
      return;
    }
    String word = "";
    for (Expr operand : logical.operands()) {
      pieces.add(word + "(");
      addText(operand, pieces);
      pieces.add(")");
      word = logical.isAnd() ? " AND " : " OR ";
    }
  }
}
