package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.effects.WholeRows;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.facts.Variable.Presence;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.result.Fetch;
import io.shardjdbc.routing.plan.result.Gathering;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Plans the gathering of rows: PostgreSQL itself answers what Java cannot merge, over copies of the
 * rows it needs.
 *
 * <p>Every place in the text that names a table whose rows lie elsewhere is a stage: a common
 * table, or a temporary one, with the needed columns and, where conditions allow, only the rows
 * that matter. The place in the text gets the stage's name; everything else stays the caller's.
 * Tables that the chosen shard has whole (copies, its own single tables) are read in place.
 */
public final class GatherPlanner {

  private final Tables tables;
  private final ParsedSql parsed;
  private final Analysis analysis;
  private final Uses uses;
  private final Objections against = new Objections();
  private final NamedColumns named = new NamedColumns(against);

  /** The parameters of conditions on what is fetched that might name the clock. */
  private final Set<Integer> readByValue;

  public GatherPlanner(Tables tables, ParsedSql parsed, Analysis analysis, Uses uses) {
    this.tables = tables;
    this.parsed = parsed;
    this.analysis = analysis;
    this.uses = uses;
    this.readByValue = new HashSet<>(analysis.readByValue());
  }

  /** Refused where the statement cannot be answered over copies. */
  public Found<Gathering> plan(Query query) {
    if (analysis.locks()) {
      refuse("FOR UPDATE or FOR SHARE");
    }
    if (analysis.writesInside()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    if (uses.unknown() != null) {
      against.add(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    Refusal closed = against.first();
    if (closed != null) {
      return Found.refused(closed);
    }
    named.note(query);
    refuseSamples(query);
    Home home = home();
    Predicate<TableVariable> whole =
        table ->
            table.table() instanceof Table.Reference
                || (table.table() instanceof Table.Single single && home.is(single.shard()));
    boolean inPlace = analysis.tables().stream().anyMatch(whole);
    return stages(whole)
        .map(
            staged ->
                new Gathering(
                    parsed, query, home, inPlace, tables.map(), staged.stages(), staged.edits()));
  }

  /** Tables as stages, and the edits that put them in the places of the tables. */
  public record Staged(List<Gathering.StagePlan> stages, List<Edit> edits) {}

  /**
   * The stages of a write that each shard carries out over its own rows.
   *
   * @param inPlace which tables are read where the write runs
   */
  public Found<Staged> staged(Statement statement, Predicate<TableVariable> inPlace) {
    named.note(statement);
    refuseSamples(statement);
    for (TableVariable table : analysis.tables()) {
      if (table.node().sample() != null
          && inPlace.test(table)
          && !(table.table() instanceof Table.Sharded)) {
        refuse("TABLESAMPLE"); // each shard would draw another
      }
    }
    return stages(inPlace);
  }

  private Found<Staged> stages(Predicate<TableVariable> inPlace) {
    SemiJoins joins = new SemiJoins(analysis, this::condition);
    against.add(
        new WholeRows(labelsOfCopies(inPlace), analysis::namesColumn).shownIn(parsed.statement()));
    Refusal closed = against.first();
    if (closed != null) {
      return Found.refused(closed);
    }
    List<Gathering.StagePlan> stages = new ArrayList<>();
    List<Edit> edits = new ArrayList<>();
    GatherText text = new GatherText(against);
    List<List<TableVariable>> places = byPlace();
    places.removeIf(occurrences -> occurrences.stream().allMatch(inPlace));
    IdentityHashMap<List<TableVariable>, Gathering.StagePlan> whole = new IdentityHashMap<>();
    for (List<TableVariable> occurrences : places) {
      if (occurrences.get(0).table() instanceof Table.Sharded sharded
          && !sharded.policy().gather()) {
        against.add(ErrorCode.GATHER_REFUSED, sharded.displayName());
      }
      Gathering.StagePlan stage = whole.get(occurrences);
      if (stage == null) {
        String name = Identifiers.quote("shardjdbc:" + (stages.size() + 1));
        List<List<TableVariable>> alike = alike(places, occurrences);
        stage = stage(name, alike.stream().flatMap(List::stream).toList(), joins);
        for (List<TableVariable> place : alike) {
          whole.put(place, stage);
        }
        stages.add(stage);
      }
      edits.add(renamed(occurrences.get(0).node(), stage.name()));
      List<String> columns = stage.tableColumns();
      occurrences.forEach(occurrence -> text.add(occurrence, columns));
    }
    edits.addAll(text.edits(parsed.statement(), analysis.groups()));
    return against.unless(() -> new Staged(stages, edits));
  }

  /**
   * The places that one copy will do for: those of the same table, if one of them needs all its
   * rows.
   */
  private List<List<TableVariable>> alike(
      List<List<TableVariable>> places, List<TableVariable> place) {
    List<List<TableVariable>> same =
        places.stream().filter(other -> isAlike(place.get(0), other.get(0))).toList();
    boolean whole = same.stream().flatMap(List::stream).anyMatch(one -> condition(one).isEmpty());
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

  /** A table that has a column of its own name cannot be meant: the column comes first. */
  private Set<String> labelsOfCopies(Predicate<TableVariable> inPlace) {
    Set<String> labels = new LinkedHashSet<>();
    for (TableVariable table : analysis.tables()) {
      if (!inPlace.test(table) && table.presence(table.label()) != Presence.YES) {
        labels.add(table.label());
      }
    }
    return labels;
  }

  private void refuse(String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }

  private void refuseSamples(Node node) {
    if (node instanceof FromItem.Table table && !isGathered(table.sample())) {
      refuse("TABLESAMPLE");
    }
    node.children().forEach(this::refuseSamples);
  }

  /** Whether each shard can draw it by itself; the copies are not drawn from again. */
  private static boolean isGathered(FromItem.@Nullable Sample sample) {
    return sample == null
        || (sample.byShare() && sample.arguments().stream().allMatch(GatherPlanner::standsAlone));
  }

  private static boolean standsAlone(Node argument) {
    return !(argument instanceof Expr.Column)
        && !(argument instanceof Query)
        && argument.children().stream().allMatch(GatherPlanner::standsAlone);
  }

  /** The occurrences of tables, those of one place in the text together. */
  private List<List<TableVariable>> byPlace() {
    IdentityHashMap<FromItem.Table, List<TableVariable>> places = new IdentityHashMap<>();
    List<List<TableVariable>> inOrder = new ArrayList<>();
    for (TableVariable table : analysis.tables()) {
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

  /**
   * The shard that answers: one that has a single table of the statement, the first where something
   * must happen as often as on one server, else any, by the text, so that statements spread.
   */
  private Home home() {
    Set<ShardId> unshaped = new LinkedHashSet<>();
    ShardId single = null;
    boolean hasFirst = false;
    for (TableVariable table : analysis.tables()) {
      if (table.table() instanceof Table.Single home) {
        single = home.shard();
        hasFirst |= single.equals(tables.map().first());
        if (table.shape().isEmpty()) {
          unshaped.add(home.shard());
        }
      }
    }
    Set<ShardId> bound = new LinkedHashSet<>(unshaped);
    if (uses.volatileOne() != null) {
      bound.add(tables.map().first());
    }
    if (bound.size() > 1) {
      refuse("tables that only their own shard can read");
    }
    if (!unshaped.isEmpty()) {
      return Home.at(unshaped.iterator().next());
    }
    if (uses.volatileOne() != null) {
      return hasFirst ? Home.at(tables.map().first()) : Home.first();
    }
    return single != null ? Home.at(single) : Home.of(parsed.sql());
  }

  private Gathering.StagePlan stage(String name, List<TableVariable> occurrences, SemiJoins joins) {
    TableVariable table = occurrences.get(0);
    if (table.shape().isEmpty()) {
      refuse("table " + table.table().displayName() + " of unknown columns");
    }
    List<ColumnShape> known = table.shape().map(TableShape::columns).orElse(List.of());
    FromItem.Alias alias = table.node().alias();
    boolean renamed = alias != null && !alias.columns().isEmpty();
    boolean all = named.all() || renamed || named.has(table.label());
    List<StagedColumn> columns = new ArrayList<>();
    List<String> tableColumns = new ArrayList<>();
    Template fetch = new Template(parsed).write("SELECT ");
    List<String> shown = table.columns();
    for (int i = 0; i < known.size(); i++) {
      ColumnShape column = known.get(i);
      boolean last = columns.isEmpty() && i == known.size() - 1;
      if (all || named.has(column.name()) || last) {
        String shownName = shown == null ? column.name() : shown.get(i);
        fetch
            .write(columns.isEmpty() ? "" : ", ")
            .write(Identifiers.quote(table.label()) + "." + Identifiers.quote(shownName))
            .write("::pg_catalog.text");
        tableColumns.add(column.name());
        columns.add(
            new StagedColumn(
                Identifiers.quote(column.name()),
                column.sqlType(),
                column.collation(),
                named.compares(column.name())));
      }
    }
    fetch.write(" FROM ").copy(table.node().span());
    Template whole = fetch.copy();
    where(fetch, occurrences, joins);
    return new Gathering.StagePlan(
        name,
        table.table().displayName(),
        columns,
        tableColumns,
        Fetch.of(fetch, whole, readByValue),
        Targets.of(occurrences, analysis.facts(), List.of()));
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

  private Edit renamed(FromItem.Table node, String name) {
    FromItem.@Nullable Alias alias = node.alias();
    if (alias == null) {
      String words = isTableCommand(node) ? "" : " AS " + Identifiers.quote(node.label());
      return Edit.replace(node.span(), name + words);
    }
    // The alias and whatever stands between stay as they are; ONLY, a star and a sample have to go.
    int end = node.sample() == null ? node.span().end() : node.sample().span().start();
    String rest = parsed.sql().substring(node.name().span().end(), end).strip();
    return Edit.replace(
        node.span(), name + " " + (rest.startsWith("*") ? rest.substring(1) : rest));
  }

  private boolean isTableCommand(FromItem.Table node) {
    return isTableCommand(parsed.statement(), node);
  }

  private static boolean isTableCommand(Node at, FromItem.Table node) {
    if (at instanceof Query.Select select && select.table() && select.from().contains(node)) {
      return true;
    }
    return at.children().stream().anyMatch(child -> isTableCommand(child, node));
  }
}
