package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode.Event;
import io.shardjdbc.routing.plan.effects.Operators;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.CommonNames;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
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
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the text of a statement names, at whatever depth: tables, functions, operators, types.
 *
 * <p>It is what the text says, before anything is known of it: the name of a common table is left
 * out of the tables, a column that might be a function is among the {@link #fields}.
 */
final class Mentions {

  private static final Set<String> QUIET_UTILITIES =
      Set.of(
          "",
          "set",
          "reset",
          "show",
          "explain",
          "declare",
          "fetch",
          "move",
          "close",
          "savepoint",
          "release",
          "rollback",
          "commit");

  /** The operators behind words. */
  private static final Map<String, String> WORDS =
      Map.of("like", "~~", "not like", "!~~", "ilike", "~~*", "not ilike", "!~~*", "!=", "<>");

  private final Set<List<String>> reads = new LinkedHashSet<>();
  private final Map<List<String>, Set<Event>> writes = new LinkedHashMap<>();
  private final Set<List<String>> redefined = new LinkedHashSet<>();
  private final List<Expr.Call> calls = new ArrayList<>();
  private final List<Operator> operators = new ArrayList<>();
  private final Set<String> types = new LinkedHashSet<>();
  private final Set<Field> fields = new LinkedHashSet<>();
  private final Map<String, List<List<String>>> labels = new LinkedHashMap<>();
  private final Set<String> columns = new HashSet<>();
  private final CommonNames common;
  private boolean renames;
  private @Nullable String command;

  private Mentions(CommonNames common) {
    this.common = common;
  }

  static Mentions of(Node root) {
    Mentions mentions = new Mentions(CommonNames.in(root));
    mentions.walk(root);
    return mentions;
  }

  /** Tables that are read, targets of writes included. */
  Set<List<String>> reads() {
    return reads;
  }

  /** Tables that are written, and what happens to their rows. */
  Map<List<String>, Set<Event>> writes() {
    return writes;
  }

  /** Tables that a definition gives other rows, or takes away. */
  Set<List<String>> redefined() {
    return redefined;
  }

  /** Calls, but for the grammar's own forms. */
  List<Expr.Call> calls() {
    return calls;
  }

  /**
   * An operator.
   *
   * @param sign without a schema
   * @param operands what it is applied to, where that is certain; else empty
   */
  record Operator(String sign, List<Expr> operands) {}

  /** The operators. */
  List<Operator> operators() {
    return operators;
  }

  /** The names of types that something is cast to, without schemas. */
  Set<String> types() {
    return types;
  }

  /**
   * A field, or a column with the name of its table before it.
   *
   * @param row the name of the row it is of; null where that is no name
   */
  record Field(String name, @Nullable String row) {}

  /** The table that a name in FROM stands for, if it stands for nothing else in the statement. */
  @Nullable List<String> labelled(String label) {
    List<List<String>> tables = labels.getOrDefault(label, List.of());
    return tables.size() == 1 && !tables.get(0).isEmpty() ? tables.get(0) : null;
  }

  /** Whether something in FROM has that name. */
  boolean labels(String label) {
    return labels.containsKey(label);
  }

  /** What is written as a field or a qualified column, and may be a call of a function. */
  Set<Field> fields() {
    return fields;
  }

  /** The names of columns, without those of their tables. */
  Set<String> columns() {
    return columns;
  }

  /** Whether it names a column so, with or without its table. */
  boolean names(String column) {
    return columns.contains(column) || fields.stream().anyMatch(f -> f.name().equals(column));
  }

  /** Whether columns may be compared or computed with that it does not name: it renames some. */
  boolean renames() {
    return renames;
  }

  /** The verb of a statement that is no DML and does more than change settings, or null. */
  @Nullable String command() {
    return command;
  }

  private void walk(Node node) {
    if (node instanceof FromItem.Table table) {
      if (!common.has(table)) {
        reads.add(Tables.local(table.name()));
      }
      label(table.label(), Tables.local(table.name()));
      renames |= table.alias() != null && !table.alias().columns().isEmpty();
    } else if (node instanceof FromItem.Derived derived && derived.alias() != null) {
      label(derived.alias().name(), List.of());
      renames |= !derived.alias().columns().isEmpty();
    } else if (node instanceof FromItem.Function function && function.alias() != null) {
      label(function.alias().name(), List.of());
    } else if (node instanceof FromItem.Join join && join.on() == null) {
      add("=", List.of()); // by USING or NATURAL
      renames = true;
    } else if (node instanceof Query.CommonTable table) {
      renames |= !table.columns().isEmpty();
    } else if (node instanceof Expr expression) {
      expression(expression);
    } else if (node instanceof Statement statement) {
      statement(statement);
    }
    for (String sign : Operators.signs(Operators.of(node))) {
      add(
          WORDS.getOrDefault(sign, sign),
          node instanceof Expr.Operation o ? operands(o) : List.of());
    }
    node.eachChild(this::walk);
  }

  private void label(String label, List<String> table) {
    labels.computeIfAbsent(label, key -> new ArrayList<>(1)).add(table);
  }

  private void expression(Expr expression) {
    if (expression instanceof Expr.Column column) {
      columns.add(column.name().last());
    }
    if (expression instanceof Expr.Call call && !call.special()) {
      calls.add(call);
    } else if (expression instanceof Expr.Cast cast) {
      types.add(cast.type().name().last());
    } else if (expression instanceof Expr.Field field) {
      boolean named =
          field.value() instanceof Expr.Column column && column.name().parts().size() == 1;
      fields.add(
          new Field(field.field(), named ? ((Expr.Column) field.value()).name().last() : null));
    } else if (expression instanceof Expr.Column column && column.name().parts().size() > 1) {
      List<String> parts = column.name().parts();
      fields.add(new Field(column.name().last(), parts.get(parts.size() - 2)));
    } else if (expression instanceof Expr.Between) {
      add("<=", List.of());
      add(">=", List.of());
    } else if (expression instanceof Expr.In
        || expression instanceof Expr.InQuery
        || expression instanceof Expr.Case
        || (expression instanceof Expr.Is is && is.other() != null)) {
      add("=", List.of());
    }
  }

  private void add(String sign, List<Expr> operands) {
    operators.add(new Operator(sign, operands));
  }

  private static List<Expr> operands(Expr.Operation operation) {
    List<Expr> operands = new ArrayList<>(2);
    if (operation.left() != null) {
      operands.add(operation.left());
    }
    if (operation.right() != null) {
      operands.add(operation.right());
    }
    return operands;
  }

  private void statement(Statement statement) {
    if (statement instanceof Insert insert) {
      write(insert.target(), Event.INSERT);
      if (insert.onConflict() != null) {
        write(insert.target(), Event.UPDATE);
      }
    } else if (statement instanceof Update update) {
      update(update.target(), update.assignments());
    } else if (statement instanceof Delete delete) {
      write(delete.target(), Event.DELETE);
    } else if (statement instanceof MergeInto merge) {
      for (MergeInto.When when : merge.whens()) {
        switch (when.action()) {
          case INSERT -> write(merge.target(), Event.INSERT);
          case UPDATE -> update(merge.target(), when.assignments());
          case DELETE -> write(merge.target(), Event.DELETE);
          case NOTHING -> {}
        }
      }
    } else if (statement instanceof CopyRows copy && copy.in()) {
      write(copy.target(), Event.INSERT);
    } else if (statement instanceof Utility utility) {
      utility(utility);
    }
  }

  private void utility(Utility utility) {
    if (utility.verb().equals("truncate")) {
      for (Name name : utility.tables()) {
        write(Tables.local(name), Event.TRUNCATE);
      }
    } else if (!QUIET_UTILITIES.contains(utility.verb())) {
      command = utility.verb();
      if (utility.redefines()) {
        utility.tables().forEach(name -> redefined.add(Tables.local(name)));
        utility.kin().forEach(kin -> redefined.add(Tables.local(kin.name())));
      }
    }
  }

  private void update(FromItem.Table target, List<Assignment> assignments) {
    write(target, Event.UPDATE);
    if (assignments.stream().anyMatch(Mentions::isDefault)) {
      write(target, Event.DEFAULT);
    }
  }

  private static boolean isDefault(Node value) {
    return (value instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT)
        || value.anyChild(Mentions::isDefault);
  }

  private void write(FromItem.Table target, Event event) {
    write(Tables.local(target.name()), event);
  }

  private void write(List<String> name, Event event) {
    writes.computeIfAbsent(name, key -> EnumSet.noneOf(Event.class)).add(event);
  }
}
