package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.WholeRows;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.facts.Variable.Presence;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.result.Gathering;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.Staged;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
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

  public GatherPlanner(Tables tables, ParsedSql parsed, Analysis analysis, Uses uses) {
    this.tables = tables;
    this.parsed = parsed;
    this.analysis = analysis;
    this.uses = uses;
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
    return planner(whole)
        .then(
            planner -> {
              StagePlanner.Planned rounds =
                  uses.volatileOne() == null ? planner.inRounds(inPlace) : null;
              Found<Staged> plain = staged(planner, planner.atOnce());
              Found<Staged> inOrder = rounds == null ? plain : staged(planner, rounds);
              return plain.then(
                  atOnce ->
                      inOrder.map(
                          inRounds ->
                              new Gathering(
                                  parsed,
                                  query,
                                  home,
                                  inPlace,
                                  tables.map(),
                                  atOnce,
                                  rounds == null ? null : inRounds)));
            });
  }

  private Found<StagePlanner> planner(Predicate<TableVariable> inPlace) {
    against.add(
        new WholeRows(labelsOfCopies(inPlace), analysis::namesColumn).shownIn(parsed.statement()));
    for (TableVariable table : analysis.tables()) {
      if (!inPlace.test(table) && analysis.rowsCalled().contains(table.label())) {
        refuse("the whole row of table " + table.label());
      }
    }
    return against.unless(() -> new StagePlanner(parsed, analysis, named, against, inPlace));
  }

  private Found<Staged> staged(StagePlanner planner, StagePlanner.Planned planned) {
    List<Edit> edits = new ArrayList<>();
    GatherText text = new GatherText(against);
    for (List<TableVariable> place : planner.places()) {
      if (place.get(0).table() instanceof Table.Sharded sharded && !sharded.policy().gather()) {
        against.add(ErrorCode.GATHER_REFUSED, sharded.displayName());
      }
      Gathering.StagePlan stage = planned.of(place);
      edits.add(renamed(place.get(0).node(), stage.name()));
      place.forEach(occurrence -> text.add(occurrence, stage.tableColumns()));
    }
    edits.addAll(text.edits(parsed.statement(), analysis.groups()));
    return against.unless(() -> new Staged(planned.stages(), edits));
  }

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
    return planner(inPlace).then(planner -> staged(planner, planner.atOnce()));
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
    node.eachChild(this::refuseSamples);
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
