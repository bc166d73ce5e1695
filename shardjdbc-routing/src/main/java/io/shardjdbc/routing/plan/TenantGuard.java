package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeySet;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.PlanAround;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses statements that touch rows of a guarded table without pinning its key, over whatever plan
 * they have.
 *
 * <p>The guard does not ask where a statement would run: a table that happens to lie on one shard,
 * a range of keys that does, and a hint are no proof that one tenant does not read another's rows.
 * It makes an analysis of its own, so that no planner can forget it: each occurrence of a guarded
 * table has to have known keys, the rows that are inserted included. DDL passes, and so do rows
 * that are copied in, each of which has its key; TRUNCATE and COPY TO do not.
 */
final class TenantGuard {

  private static final Set<String> VERBS_OVER_ROWS = Set.of("truncate", "copy");

  private final Tables tables;
  private final List<Targets.Target> targets = new ArrayList<>();

  private TenantGuard(Tables tables) {
    this.tables = tables;
  }

  /** Whether any table of the configuration is guarded. */
  static boolean isOn(Tables tables) {
    return tables.configuration().tables().values().stream().anyMatch(TenantGuard::isGuarded);
  }

  /** The plan under the guard of the tables that the statement names, if any of them is guarded. */
  static Plan over(Plan plan, Tables tables, Statement statement) {
    TenantGuard guard = new TenantGuard(tables);
    guard.collect(statement);
    return guard.targets.isEmpty() ? plan : new Guarded(plan, guard.targets);
  }

  /** Refuses what touches the rows of every tenant, if the table is guarded. */
  static void checkAllRows(Table.Sharded table) {
    if (isGuarded(table)) {
      throw refused(table);
    }
  }

  private static boolean isGuarded(Table table) {
    return table instanceof Table.Sharded sharded && sharded.policy().tenantGuard();
  }

  private void collect(Statement statement) {
    if (statement instanceof Utility utility) {
      utility(utility);
      return;
    }
    Analyzer analyzer = new Analyzer(tables);
    if (statement instanceof SelectStatement select) {
      analyzer.query(select.query(), null, CommonTables.none(), v -> false);
      occurrences(analyzer.analysis(), null);
      return;
    }
    WriteAnalysis.Result write =
        new WriteAnalysis(analyzer, CommonTables.none()).analyse(statement);
    Analysis analysis = analyzer.analysis();
    TableVariable target = write.target();
    occurrences(analysis, statement instanceof Insert ? target : null);
    if (!(target.table() instanceof Table.Sharded sharded) || !isGuarded(sharded)) {
      return;
    }
    if (statement instanceof Insert insert) {
      insert(insert, write, sharded, analysis.facts());
    } else if (statement instanceof MergeInto merge) {
      for (MergeInto.When when : merge.whens()) {
        if (when.action() == MergeInto.Action.INSERT) {
          merged(when, write, sharded, analysis.facts());
        }
      }
    }
  }

  private void utility(Utility utility) {
    Statement inner = utility.inner();
    if (inner != null) {
      collect(inner);
    } else if (VERBS_OVER_ROWS.contains(utility.verb())) {
      for (Name name : utility.tables()) {
        Optional<Table> table = tables.configuration().table(Tables.local(name));
        if (table.isPresent() && isGuarded(table.get())) {
          throw refused((Table.Sharded) table.get());
        }
      }
    }
  }

  private void occurrences(Analysis analysis, @Nullable TableVariable except) {
    for (TableVariable table : analysis.tables()) {
      if (table != except && isGuarded(table.table())) {
        targets.add(Targets.target(table, analysis.facts()));
      }
    }
  }

  private void insert(Insert insert, WriteAnalysis.Result write, Table.Sharded table, Facts facts) {
    List<@Nullable Domain> domains = new ArrayList<>();
    for (KeyColumn key : table.key()) {
      int at = columns(insert.columns(), write.target()).indexOf(key.name());
      ColumnId given = write.rows() == null || at < 0 ? null : write.rows().rows().at(at);
      domains.add(given == null ? null : facts.domain(given));
    }
    targets.add(
        new Targets.Target(table, domains, types(write.target()), write.target().placement()));
  }

  private void merged(
      MergeInto.When when, WriteAnalysis.Result write, Table.Sharded table, Facts facts) {
    List<@Nullable Domain> domains = new ArrayList<>();
    for (KeyColumn key : table.key()) {
      int at = columns(when.columns(), write.target()).indexOf(key.name());
      Expr.Row row = when.values();
      Expr value = row == null || at < 0 || at >= row.items().size() ? null : row.items().get(at);
      ColumnId column = value instanceof Expr.Column c ? write.scope().resolve(c.name()) : null;
      domains.add(
          column != null
              ? facts.domain(column)
              : value != null && Constants.isConstant(value)
                  ? new Domain.Terms(List.of(value))
                  : null);
    }
    targets.add(
        new Targets.Target(table, domains, types(write.target()), write.target().placement()));
  }

  private static List<String> columns(List<String> listed, TableVariable target) {
    return !listed.isEmpty() || target.shape().isEmpty()
        ? listed
        : target.shape().get().columns().stream().map(ColumnShape::name).toList();
  }

  private static List<Optional<KeyType>> types(TableVariable target) {
    List<Optional<KeyType>> types = new ArrayList<>();
    for (int i = 0; i < ((Table.Sharded) target.table()).key().size(); i++) {
      types.add(target.keyType(i));
    }
    return types;
  }

  private static RoutingException refused(Table.Sharded table) {
    return new RoutingException(
        ErrorCode.TENANT_NOT_PINNED,
        table.displayName(),
        table.key().stream()
            .map(key -> Identifiers.display(List.of(key.name())))
            .collect(Collectors.joining(", ")));
  }

  /** A plan that is used only with values that pin the guarded tables. */
  private record Guarded(Plan plan, List<Targets.Target> targets) implements PlanAround {

    @Override
    public Route route(List<@Nullable Object> values, ShardMap map) {
      if (values.size() == parameterCount()) {
        check(values);
      }
      return plan.route(values, map);
    }

    @Override
    public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
      check(values);
      return plan.instead(failed, values, map);
    }

    private void check(List<@Nullable Object> values) {
      for (Targets.Target target : targets) {
        if (!(target.keys(values) instanceof KeySet.Keys)) {
          throw refused(target.table());
        }
      }
    }
  }
}
