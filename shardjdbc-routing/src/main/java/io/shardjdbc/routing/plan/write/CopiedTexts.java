package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.TypeInput;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.result.CopiedValues;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a write to a reference table that a server might read by its clock: {@code 'now'}
 * given to a timestamp. Each copy would keep another moment.
 *
 * <p>What becomes of a text is known where it is given to a column, compared with one, or cast. Of
 * others it is asked whether they look like one. Casts of literals are told by {@code Uses}.
 */
final class CopiedTexts {

  /** A text that names the clock, and the type of the column that it is given to. */
  record Given(Expr.Literal text, String type) {}

  private final List<TableVariable> tables;
  private final Map<String, Optional<ColumnShape>> columns = new HashMap<>();
  private final List<Given> given = new ArrayList<>();
  private final TreeSet<Integer> parameters = new TreeSet<>();
  private boolean elsewhere;

  private CopiedTexts(List<TableVariable> tables) {
    this.tables = tables;
    for (TableVariable table : tables) {
      table.shape().stream()
          .flatMap(shape -> shape.columns().stream())
          .forEach(
              column ->
                  columns.merge(column.name(), Optional.of(column), CopiedTexts::ifOfOneType));
    }
  }

  private static Optional<ColumnShape> ifOfOneType(
      Optional<ColumnShape> one, Optional<ColumnShape> other) {
    return one.map(ColumnShape::sqlType).equals(other.map(ColumnShape::sqlType))
        ? one
        : Optional.empty();
  }

  /**
   * @param tables all that the statement names
   */
  static CopiedTexts in(Node statement, List<TableVariable> tables) {
    CopiedTexts texts = new CopiedTexts(tables);
    texts.visit(statement, null);
    return texts;
  }

  /** Those that name the clock and are given to a column as they are. */
  List<Given> given() {
    return given;
  }

  /** The parameters that must not name it. */
  CopiedValues values(Table table) {
    return new CopiedValues(table.displayName(), List.copyOf(parameters));
  }

  /** Refuses what each copy would keep another moment of; else null. */
  @Nullable Refusal refusal(Table table) {
    return elsewhere || !given.isEmpty()
        ? Refusal.of(ErrorCode.NOT_COPY_SAFE, table.displayName(), CopiedValues.OF_CLOCK)
        : null;
  }

  /**
   * @param becomes the column that the node is given to, or compared with; null where there is none
   */
  private void visit(Node node, @Nullable ColumnShape becomes) {
    if (node instanceof Expr.Literal literal) {
      text(literal, becomes);
    } else if (node instanceof Expr.Parameter parameter) {
      if (becomes == null || TypeInput.of(becomes) != TypeInput.TEXT) {
        parameters.add(parameter.index());
      }
    } else if (node instanceof Expr.Cast cast) {
      boolean told = cast.value() instanceof Expr.Literal;
      boolean plain = ClockTexts.isPlainText(cast) && cast.value() instanceof Expr.Parameter;
      if (!told && !plain) {
        visit(cast.value(), null);
      }
    } else if (node instanceof Insert insert) {
      insert(insert);
    } else if (node instanceof Assignment assignment) {
      assigned(assignment);
    } else if (node instanceof MergeInto.When when && when.values() != null) {
      row(when.columns(), when.values().items());
      others(when, List.of(when.values()));
    } else {
      ColumnShape compared = compared(node);
      node.eachChild(child -> visit(child, compared));
    }
  }

  private void text(Expr.Literal literal, @Nullable ColumnShape becomes) {
    if (literal.kind() != Expr.LiteralKind.STRING) {
      return;
    }
    if (becomes == null) {
      elsewhere |= ClockTexts.looksLikeOne(literal.value());
    } else if (TypeInput.of(becomes) != TypeInput.TEXT
        && ClockTexts.mayDiffer(literal.value(), TypeInput.CLOCK)) {
      given.add(new Given(literal, becomes.sqlType()));
    }
  }

  private void insert(Insert insert) {
    List<String> names = insert.columns().isEmpty() ? allOf(insert) : insert.columns();
    Query source = insert.source();
    if (source != null && source.body() instanceof Query.Values rows) {
      rows.rows().forEach(row -> row(names, row.items()));
      others(source, List.of(rows));
      others(insert, List.of(source));
    } else if (source != null && source.body() instanceof Query.Select select) {
      row(names, select.items().stream().map(Query.SelectItem::value).toList());
      others(select, select.items());
      others(source, List.of(select));
      others(insert, List.of(source));
    } else {
      others(insert, List.of());
    }
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private List<String> allOf(Insert insert) {
    return tables.stream()
        .filter(table -> table.node() == insert.target())
        .flatMap(table -> table.shape().stream())
        .flatMap(shape -> shape.columns().stream())
        .map(ColumnShape::name)
        .toList();
  }

  private void assigned(Assignment assignment) {
    if (assignment.columns().size() == 1 && !assignment.subscripted()) {
      row(assignment.columns(), List.of(assignment.value()));
    } else if (assignment.value() instanceof Expr.Row row) {
      row(assignment.columns(), row.items());
    } else {
      others(assignment, List.of());
    }
  }

  /** Values that are given to columns, in this order. */
  private void row(List<String> names, List<? extends Expr> values) {
    for (int i = 0; i < values.size(); i++) {
      String name = i < names.size() ? names.get(i) : "";
      visit(values.get(i), columns.getOrDefault(name, Optional.empty()).orElse(null));
    }
  }

  @SuppressWarnings("ReferenceEquality") // those places in the text, not others that read alike
  private void others(Node parent, List<? extends Node> seen) {
    for (Node child : parent.children()) {
      if (seen.stream().noneMatch(node -> node == child)) {
        visit(child, null);
      }
    }
  }

  /** The column that the operands of a comparison are compared with. */
  private @Nullable ColumnShape compared(Node node) {
    boolean compares =
        node instanceof Expr.Operation
            || node instanceof Expr.In
            || node instanceof Expr.Between
            || node instanceof Expr.Quantified;
    if (!compares) {
      return null;
    }
    for (Node operand : node.children()) {
      if (operand instanceof Expr.Column column && !column.star()) {
        return columns.getOrDefault(column.name().last(), Optional.empty()).orElse(null);
      }
    }
    return null;
  }
}
