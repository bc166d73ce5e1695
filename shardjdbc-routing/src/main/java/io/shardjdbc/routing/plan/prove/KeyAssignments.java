package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What SET does to the columns of the key. */
public final class KeyAssignments {
  private record Given(int column, Expr value, @Nullable ColumnId source) {}

  private final WriteAnalysis.Result write;
  private final Table.Sharded table;
  private final Facts facts;
  private final List<Given> given = new ArrayList<>();
  private final Objections against = new Objections();

  public KeyAssignments(WriteAnalysis.Result write, Table.Sharded table, Facts facts) {
    this.write = write;
    this.table = table;
    this.facts = facts;
  }

  public void add(List<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      for (int i = 0; i < assignment.columns().size(); i++) {
        add(assignment, assignment.columns().get(i), i);
      }
    }
  }

  private void add(Assignment assignment, String column, int at) {
    for (int k = 0; k < table.key().size(); k++) {
      if (!table.key().get(k).name().equals(column)) {
        continue;
      }
      Expr value = assignment.value();
      if (assignment.columns().size() > 1) {
        value =
            value instanceof Expr.Row row
                ? at < row.items().size() ? row.items().get(at) : null
                : value;
      }
      if (value == null) {
        against.add(changes(k));
        return;
      }
      ColumnId source = value instanceof Expr.Column c ? write.scope().resolve(c.name()) : null;
      boolean itself = source != null && source.equals(write.target().key().get(k));
      if (!itself) {
        given.add(new Given(k, value, source));
      }
    }
  }

  /** A constant that a column of the key is assigned. */
  public record Constant(int column, Expr value) {}

  /** What the columns of the key are assigned; empty where one is no constant. */
  public List<Constant> constants() {
    boolean constant =
        given.stream().allMatch(g -> g.source() == null && Constants.isConstant(g.value()));
    return constant
        ? given.stream().map(g -> new Constant(g.column(), g.value())).toList()
        : List.of();
  }

  /** Whether a column of the key is given something else than itself. */
  public boolean mayChange() {
    return !given.isEmpty();
  }

  /** Why what it does cannot be told from the text; null where it can. */
  public @Nullable Refusal refusal() {
    return against.first();
  }

  /** Refuses all that may change a key, whatever the values will be; else null. */
  public @Nullable Refusal changes() {
    return against.first() != null || given.isEmpty()
        ? against.first()
        : changes(given.get(0).column());
  }

  private Refusal changes(int column) {
    return AssignedKeys.changes(table, column);
  }

  /** On several shards, only what certainly is the old key is let through: null. */
  public @Nullable Refusal changesBeside(Proof proof) {
    for (Given assignment : given) {
      if (assignment.source() == null
          || !proof.same().get(assignment.column()).contains(assignment.source())) {
        return changes(assignment.column());
      }
    }
    return null;
  }

  /** What is given to the key, for the values of executions. */
  public AssignedKeys assigned() {
    List<AssignedKeys.Assigned> assigned = new ArrayList<>();
    for (Given assignment : given) {
      ColumnId source = assignment.source();
      Expr value = assignment.value();
      Domain domain =
          source != null
              ? facts.domain(source)
              : Constants.isConstant(value) ? new Domain.Terms(List.of(value)) : null;
      assigned.add(new AssignedKeys.Assigned(assignment.column(), domain));
    }
    return new AssignedKeys(table, Targets.target(write.target(), facts), assigned);
  }
}
