package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a question to the catalogues says of the relations that it is about.
 *
 * <p>A block of it is about certain relations where a condition says so that every row has to meet:
 * a column is one of some names, a number is that of a name, or comes from a block which is about
 * certain relations itself. What is joined to it by equal columns is about the same ones. All
 * blocks have to be so, but for those that look at a column of the block around them.
 */
final class CatalogueQuestion {

  private static final Set<String> SUBJECTS =
      Set.of(
          "relname",
          "tablename",
          "viewname",
          "matviewname",
          "indexname",
          "sequencename",
          "table_name",
          "sequence_name",
          "event_object_table",
          "conname",
          "constraint_name",
          "oid",
          "attrelid",
          "indrelid",
          "indexrelid",
          "conrelid",
          "adrelid",
          "tgrelid",
          "ev_class",
          "polrelid",
          "seqrelid",
          "partrelid",
          "inhrelid");

  private final List<Expr> names = new ArrayList<>();
  private boolean open;

  private CatalogueQuestion() {}

  static CatalogueQuestion of(Node statement) {
    CatalogueQuestion question = new CatalogueQuestion();
    if (CatalogueTables.areIn(statement)) {
      question.blocks(statement, Set.of());
      AskedNames.collect(statement, question.names);
    } else {
      AskedNames.constants(statement, question.names);
    }
    return question;
  }

  /** The question of a statement that reads or writes tables of the user's beside. */
  static CatalogueQuestion beside(Node statement) {
    CatalogueQuestion question = new CatalogueQuestion();
    question.blocks(statement, Set.of());
    if (AskedNames.mayBeAny(statement)) {
      AskedNames.constants(statement, question.names);
    } else {
      AskedNames.collect(statement, question.names);
    }
    question.open |= AskedNames.areComputed(statement);
    return question;
  }

  /** Constants and parameters that may name relations; other things, too. */
  List<Expr> names() {
    return names;
  }

  /** Whether it is about whatever relations there are. */
  boolean isOpen() {
    return open;
  }

  private void blocks(Node node, Set<String> around) {
    Set<String> labels = around;
    if (node instanceof Query.Select select) {
      labels = new HashSet<>(around);
      Set<String> own = labels;
      select.from().forEach(item -> catalogues(item, own));
      if (select.from().stream().anyMatch(CatalogueQuestion::hasCatalogue)) {
        block(select, around);
      }
    }
    for (Node child : node.children()) {
      blocks(child, labels);
    }
  }

  /** The labels of a server's own tables; one of a schema is about all that is in it. */
  private static void catalogues(Node item, Set<String> into) {
    if (item instanceof FromItem.Table table
        && Tables.isSystem(Tables.local(table.name()))
        && !table.name().last().equals("pg_namespace")) {
      into.add(table.label());
    }
    if (!(item instanceof Query)) {
      item.eachChild(child -> catalogues(child, into));
    }
  }

  private static void labels(Node item, Set<String> into) {
    if (item instanceof FromItem.Table table) {
      into.add(table.label());
    }
    if (!(item instanceof Query)) {
      item.eachChild(child -> labels(child, into));
    }
  }

  /** Whether a catalogue of relations stands in FROM itself, not in a sub-query of it. */
  private static boolean hasCatalogue(Node item) {
    return (item instanceof FromItem.Table table && CatalogueTables.isOfRelations(table))
        || (item instanceof FromItem.Join join
            && (hasCatalogue(join.left()) || hasCatalogue(join.right())));
  }

  private void block(Query.Select select, Set<String> around) {
    Joined joined = new Joined(select);
    List<Expr> found = new ArrayList<>();
    for (Expr condition : joined.conditions()) {
      String label = pinned(condition, found);
      if (label != null) {
        joined.pin(label);
      }
    }
    names.addAll(found);
    if (!joined.allPinned() && !looksOut(select, around)) {
      open = true;
    }
  }

  /** Whether a condition of the block names a column of one around it. */
  private static boolean looksOut(Node node, Set<String> around) {
    return (node instanceof Expr.Column column
            && column.name().parts().size() > 1
            && around.contains(column.name().parts().get(0)))
        || node.anyChild(child -> looksOut(child, around));
  }

  /** The label of the table that a condition pins, or "" for the only one; null for none. */
  private static @Nullable String pinned(Expr condition, List<Expr> into) {
    if (condition instanceof Expr.Operation operation && operation.operator().equals("=")) {
      String left = pinned(operation.left(), operation.right(), into);
      return left != null ? left : pinned(operation.right(), operation.left(), into);
    }
    if (condition instanceof Expr.In in && !in.negated()) {
      List<Expr> all = new ArrayList<>();
      boolean named = in.items().stream().allMatch(item -> collectName(item, all));
      if (named && subject(in.value()) != null) {
        into.addAll(all);
        return label(subject(in.value()));
      }
    }
    if (condition instanceof Expr.InQuery in && !in.negated() && subject(in.value()) != null) {
      return CatalogueTables.areIn(in.query()) ? label(subject(in.value())) : null;
    }
    return null;
  }

  private static @Nullable String pinned(
      @Nullable Expr column, @Nullable Expr value, List<Expr> into) {
    Expr.Column name = column == null ? null : subject(column);
    if (name == null || value == null) {
      return null;
    }
    if (collectName(value, into)) {
      return label(name);
    }
    return value instanceof Expr.Subquery sub && CatalogueTables.areIn(sub.query())
        ? label(name)
        : null;
  }

  private static Expr.@Nullable Column column(Expr e) {
    return e instanceof Expr.Column column && !column.star()
        ? column
        : e instanceof Expr.Cast cast ? column(cast.value()) : null;
  }

  /** A column whose value is of one relation, or of one of its constraints: its name or number. */
  private static Expr.@Nullable Column subject(Expr e) {
    Expr.Column column = column(e);
    return column != null && SUBJECTS.contains(column.name().last()) ? column : null;
  }

  private static String label(Expr.@Nullable Column column) {
    return column == null || column.name().parts().size() < 2
        ? ""
        : column.name().parts().get(column.name().parts().size() - 2);
  }

  /** A constant, a cast of one, or the number of what one names. */
  private static boolean collectName(Expr e, List<Expr> into) {
    if (AskedNames.isConstant(e)) {
      into.add(e);
      return true;
    }
    if (e instanceof Expr.Cast cast) {
      return collectName(cast.value(), into);
    }
    return e instanceof Expr.Call call
        && call.name().last().equals("to_regclass")
        && call.arguments().size() == 1
        && collectName(call.arguments().get(0), into);
  }

  /** The catalogues of one block, and which of them belong to the same relations. */
  static final class Joined {
    private final List<Expr> conditions = new ArrayList<>();
    private final Set<String> catalogues = new HashSet<>();
    private final List<Set<String>> groups = new ArrayList<>();
    private final Set<String> pinned = new HashSet<>();

    Joined(Query.Select select) {
      select.from().forEach(this::item);
      if (select.where() != null) {
        conjuncts(select.where());
      }
      conditions.forEach(this::link);
    }

    private void item(FromItem item) {
      if (item instanceof FromItem.Table table && CatalogueTables.isOfRelations(table)) {
        catalogues.add(table.label());
      } else if (item instanceof FromItem.Join join) {
        item(join.left());
        item(join.right());
        Set<String> both = new HashSet<>();
        labels(join.left(), both);
        labels(join.right(), both);
        if (!join.using().isEmpty() || join.natural()) {
          groups.add(both);
        }
        if (join.on() != null) {
          conjuncts(join.on());
        }
      }
    }

    private void conjuncts(Expr e) {
      if (e instanceof Expr.Logical logical && logical.isAnd()) {
        logical.operands().forEach(this::conjuncts);
      } else {
        conditions.add(e);
      }
    }

    private void link(Expr e) {
      if (e instanceof Expr.Operation operation
          && operation.operator().equals("=")
          && operation.left() != null
          && operation.right() != null) {
        Expr.Column one = column(operation.left());
        Expr.Column other = column(operation.right());
        if (one != null && other != null) {
          groups.add(
              Set.of(label(one)).equals(Set.of(label(other)))
                  ? Set.of(label(one))
                  : Set.of(label(one), label(other)));
        }
      }
    }

    List<Expr> conditions() {
      return conditions;
    }

    void pin(String label) {
      if (!label.isEmpty()) {
        pinned.add(label);
      } else if (catalogues.size() == 1) {
        pinned.addAll(catalogues);
      }
    }

    /** Whether all catalogues belong to the same relations. */
    boolean isOne() {
      if (!catalogues.isEmpty()) {
        pinned.add(catalogues.iterator().next());
      }
      return allPinned();
    }

    boolean allPinned() {
      boolean grew = true;
      while (grew) {
        grew = false;
        for (Set<String> group : groups) {
          boolean linked = group.stream().anyMatch(pinned::contains);
          grew |= linked && pinned.addAll(group);
        }
      }
      return pinned.containsAll(catalogues);
    }
  }
}
