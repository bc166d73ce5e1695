package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeySet;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.AssignedKeys;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.KeyAssignments;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.PlanAround;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.plan.result.Where;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses writes that a pin would misplace, over the plan that the pin makes.
 *
 * <p>A hint or a sharding key says where a statement runs. It is no leave to store a row where
 * nobody will look for it, to change one copy of a reference table, or to look for a key where it
 * does not live and say that there is none. What names no key is done to the pinned shard's own
 * rows. A person who repairs a shard says so: {@code shard=s1 repair}.
 */
final class PinnedWrites {

  /** Says, once the values are known, whether the pinned shard is the right one. */
  private interface Check {
    void check(List<@Nullable Object> values, ShardMap map);
  }

  private final Tables tables;
  private final Where where;

  /** By the map of the moment. */
  private final ShardId shard;

  private final PinnedDefinitions definitions;
  private final List<Check> checks = new ArrayList<>();
  private @Nullable Table lastChecked;

  PinnedWrites(Tables tables, Where where, ShardId shard) {
    this.tables = tables;
    this.where = where;
    this.shard = shard;
    this.definitions = new PinnedDefinitions(tables, shard, this::table);
  }

  /** The plan, or one that checks its values first. */
  Plan over(Plan plan) {
    return checks.isEmpty() ? plan : new Checked(plan, checks);
  }

  /** Refuses writes of rows whose keys are to be checked once the values are known. */
  void requireNone() {
    if (lastChecked != null) {
      throw elsewhere(lastChecked);
    }
  }

  /** Rows that functions of the statement write, by the keys that they are given. */
  void addRows(List<Targets.Target> rows) {
    for (Targets.Target target : rows) {
      checks.add(
          (values, map) -> {
            if (!(target.keys(values) instanceof KeySet.Keys keys)
                || !areHere(keys, target.placement(), map)) {
              throw elsewhere(target.table());
            }
          });
    }
  }

  private boolean areHere(KeySet.Keys keys, String placement, ShardMap map) {
    return keys.keys().stream()
        .allMatch(key -> map.placement(placement).ownersOf(key).contains(where.in(map)));
  }

  /**
   * Looks at the writes of a statement.
   *
   * @param unpinned plans a write of it as if it were not pinned
   */
  void collect(Node node, Function<Statement, Plan> unpinned) {
    if (node instanceof Utility utility) {
      definitions.check(utility);
    } else if (node instanceof Query.Select select && select.into() != null) {
      definitions.checkFilled(select.into());
    } else if (node instanceof Insert insert) {
      write(insert, insert.target(), unpinned);
    } else if (node instanceof Update update) {
      write(update, update.target(), unpinned);
    } else if (node instanceof Delete delete) {
      write(delete, delete.target(), unpinned);
    } else if (node instanceof MergeInto merge) {
      write(merge, merge.target(), unpinned);
    }
    node.eachChild(child -> collect(child, unpinned));
  }

  private void write(
      Statement statement, FromItem.Table target, Function<Statement, Plan> unpinned) {
    Table table = table(target.name());
    if (table instanceof Table.Reference) {
      throw new RoutingException(ErrorCode.PIN_ON_COPY, shard, table.displayName());
    }
    if (table instanceof Table.Single single && !single.shard().equals(shard)) {
      throw elsewhere(table);
    }
    if (table instanceof Table.Sharded sharded) {
      lastChecked = sharded;
      checks.add(
          inserts(statement) ? ofRows(statement, sharded, unpinned) : ofKeys(statement, sharded));
    }
  }

  /** What is known of the table; null where it may be the session's own. */
  private @Nullable Table table(Name target) {
    List<String> name = Tables.local(target);
    if (Tables.isSystem(name)) {
      return null;
    }
    if (tables.configuration().declares(name)) {
      return tables.configuration().table(name).orElse(null);
    }
    boolean view = tables.catalog().table(name).map(TableShape::view).orElse(false);
    boolean spread =
        tables.catalog().relatives(name).stream()
            .flatMap(relatives -> relatives.ancestors().stream())
            .anyMatch(ancestor -> tables.configuration().declares(ancestor));
    if (view && spread) {
      throw new RoutingException(ErrorCode.PIN_ELSEWHERE, shard, target.last());
    }
    return spread ? tables.declared(name) : null;
  }

  private static boolean inserts(Statement statement) {
    return statement instanceof Insert
        || (statement instanceof MergeInto merge
            && merge.whens().stream().anyMatch(w -> w.action() == MergeInto.Action.INSERT));
  }

  /** Rows are inserted on the shard only if all of them would go there by themselves. */
  private Check ofRows(
      Statement statement, Table.Sharded table, Function<Statement, Plan> unpinned) {
    Plan plan = Trial.of(() -> unpinned.apply(statement)).orNull();
    if (plan == null) {
      throw elsewhere(table);
    }
    return (values, map) -> {
      boolean here =
          Trial.of(() -> plan.route(values, map))
              .fold(route -> isHere(route, plan.sql(), map), why -> false);
      if (!here) {
        throw elsewhere(table);
      }
    };
  }

  private boolean isHere(Route route, String sql, ShardMap map) {
    DirectRoute direct = route.direct();
    if (direct == null || direct.isMovable()) {
      return false;
    }
    boolean ownRows =
        direct.merge().equals(new io.shardjdbc.routing.route.Merge.SumOfCounts())
            && direct.statements().stream().allMatch(part -> part.sql().equals(sql));
    return (direct.isSingle() || ownRows) && direct.shards().contains(where.in(map));
  }

  private Check ofKeys(Statement statement, Table.Sharded table) {
    Analyzer analyzer = new Analyzer(tables);
    WriteAnalysis.Result write =
        new WriteAnalysis(analyzer, CommonTables.none()).analyse(statement);
    Facts facts = analyzer.analysis().facts();
    if (analyzer.analysis().refusal() != null) {
      if (assignsKey(statement, table)) {
        throw elsewhere(table);
      }
      return (values, map) -> {}; // it reads what only the session knows, and changes rows in place
    }
    KeyAssignments assigned = new KeyAssignments(write, table, facts);
    assignments(statement).forEach(list -> assigned.add(list));
    refuse(assigned.refusal());
    Targets.Target target = Targets.target(write.target(), facts);
    AssignedKeys given = assigned.assigned();
    return (values, map) -> {
      if (target.keys(values) instanceof KeySet.Keys keys
          && !areHere(keys, target.placement(), map)) {
        throw elsewhere(table);
      }
      refuse(given.changesWith(values));
    };
  }

  private static void refuse(@Nullable Refusal refusal) {
    if (refusal != null) {
      throw refusal.exception();
    }
  }

  private static List<List<Assignment>> assignments(Statement statement) {
    if (statement instanceof Update update) {
      return List.of(update.assignments());
    }
    return statement instanceof MergeInto merge
        ? merge.whens().stream().map(MergeInto.When::assignments).toList()
        : List.of();
  }

  private static boolean assignsKey(Statement statement, Table.Sharded table) {
    return assignments(statement).stream()
        .flatMap(List::stream)
        .flatMap(assignment -> assignment.columns().stream())
        .anyMatch(column -> table.key().stream().anyMatch(key -> key.name().equals(column)));
  }

  private RoutingException elsewhere(Table table) {
    return new RoutingException(ErrorCode.PIN_ELSEWHERE, shard, table.displayName());
  }

  /** A plan that is used only with values that belong to its shard. */
  private record Checked(Plan plan, List<Check> checks) implements PlanAround {

    Checked {
      checks = List.copyOf(checks);
    }

    @Override
    public Route route(List<@Nullable Object> values, ShardMap map) {
      if (values.size() == parameterCount()) {
        checks.forEach(check -> check.check(values, map));
      }
      return plan.route(values, map);
    }

    @Override
    public boolean movesSequences() {
      return true;
    }
  }
}
