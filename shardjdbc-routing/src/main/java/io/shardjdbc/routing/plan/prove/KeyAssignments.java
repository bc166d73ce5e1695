package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.KeySet;
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
            value instanceof Expr.Row row && at < row.items().size() ? row.items().get(at) : null;
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
    return Refusal.of(ErrorCode.KEY_UPDATE, table.displayName(), table.key().get(column).name());
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

  /** On one shard, the value has to be the one the rows are pinned to: null. */
  public @Nullable Refusal changesWith(List<@Nullable Object> values) {
    if (given.isEmpty()) {
      return null;
    }
    Targets.Target target = Targets.target(write.target(), facts);
    for (Given assignment : given) {
      ColumnId source = assignment.source();
      Domain assigned =
          source != null ? facts.domain(source) : new Domain.Terms(List.of(assignment.value()));
      KeyReader reader = new KeyReader(target.types().get(assignment.column()), values);
      KeySet before = reader.read(target.domains().get(assignment.column()));
      boolean constant = source != null || Constants.isConstant(assignment.value());
      boolean same =
          constant
              && before instanceof KeySet.Keys keys
              && keys.keys().size() == 1
              && before.equals(reader.read(assigned));
      if (!same) {
        return changes(assignment.column());
      }
    }
    return null;
  }
}
