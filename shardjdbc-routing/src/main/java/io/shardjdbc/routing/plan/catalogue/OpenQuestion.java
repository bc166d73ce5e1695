package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question about whatever relations there are: the first shard answers for all that it has, each
 * other one for the relations that it alone has (which the first may have a stray of), and the
 * answers are put together.
 *
 * <p>Within each answer catalogues are joined on one server, by its own numbers. So the rows may
 * show names, but not numbers; and blocks that do more with rows than choose, count or sort them by
 * name are not taken.
 */
final class OpenQuestion {

  /** Columns of type {@code name}, which sorts by bytes. */
  private static final Set<String> NAMES =
      Set.of(
          "relname",
          "nspname",
          "attname",
          "conname",
          "schemaname",
          "tablename",
          "viewname",
          "matviewname",
          "sequencename",
          "indexname",
          "table_schema",
          "table_name",
          "column_name",
          "constraint_name",
          "sequence_schema",
          "sequence_name",
          "trigger_name");

  private final Route route;

  private OpenQuestion(Route route) {
    this.route = route;
  }

  Route route() {
    return route;
  }

  /** Null where it cannot be answered so. */
  static @Nullable OpenQuestion of(ParsedSql parsed, Tables tables) {
    boolean spread =
        tables
            .configuration()
            .defaultShard()
            .filter(shard -> !shard.equals(tables.configuration().shards().get(0)))
            .isPresent();
    if (spread || !(parsed.statement() instanceof SelectStatement statement)) {
      return null;
    }
    Query query = statement.query();
    Merge merge = merge(query);
    List<FromItem.Table> catalogues = new ArrayList<>();
    if (merge == null || !collect(query, catalogues)) {
      return null;
    }
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardId shard : tables.configuration().catalogShards()) {
      boolean first = statements.isEmpty();
      List<Table> chosen =
          first
              ? OwnRelations.strays(shard, tables)
              : OwnRelations.of(shard, tables.configuration());
      if (first && chosen.isEmpty()) {
        statements.add(ShardStatement.unchanged(shard, parsed.sql()));
        continue;
      }
      List<Edit> edits = new ArrayList<>();
      for (FromItem.Table node : catalogues) {
        List<String> columns = CatalogueTables.columns(node);
        if (columns == null || (columns.size() == 1 && showsAll(query))) {
          return null;
        }
        String written = node.name().span().of(parsed.sql());
        edits.add(
            Edit.replace(node.span(), OwnRelations.derived(node, written, columns, chosen, first)));
      }
      statements.add(Template.edited(parsed, edits).on(shard));
    }
    return new OpenQuestion(
        new ManyShards(
            Effect.READ_ON_PRIMARY, statements, merge, KeyHashes.any(), true, List.of()));
  }

  /** Whether a star shows columns, numbers among them. */
  private static boolean showsAll(Query query) {
    return query.body() instanceof Query.Select select
        && select.items().stream().anyMatch(item -> Positions.isStar(item.value()));
  }

  private static @Nullable Merge merge(Query query) {
    if (!(query.body() instanceof Query.Select select)
        || query.with() != null
        || query.limit() != null
        || query.offset() != null
        || !query.locking().isEmpty()
        || select.distinct() != Query.Distinct.NONE
        || !select.groupBy().isEmpty()
        || select.having() != null
        || select.into() != null
        || hasWindow(select)) {
      return null;
    }
    List<Expr> items = select.items().stream().map(Query.SelectItem::value).toList();
    if (select.from().isEmpty()) {
      boolean exists = items.size() == 1 && items.get(0) instanceof Expr.Exists;
      return exists ? new Merge.Totals(List.of(Merge.Total.BOOL_OR)) : null;
    }
    if (items.stream().anyMatch(Functions::hasAggregate)) {
      boolean counts = items.stream().allMatch(OpenQuestion::isCount);
      return counts && query.orderBy().isEmpty()
          ? new Merge.Totals(Collections.nCopies(items.size(), Merge.Total.COUNT))
          : null;
    }
    if (items.stream().anyMatch(OpenQuestion::showsNumber)) {
      return null;
    }
    return query.orderBy().isEmpty()
        ? new Merge.Concatenate(0, Merge.NO_LIMIT)
        : sorted(query, select);
  }

  private static boolean hasWindow(Node node) {
    return (node instanceof Expr.Call call && call.over() != null)
        || node.anyChild(OpenQuestion::hasWindow);
  }

  private static boolean isCount(Expr e) {
    return e instanceof Expr.Call call
        && call.name().last().equals("count")
        && !call.distinct()
        && call.over() == null;
  }

  /** Whether an item may be a number that another shard gives to something else. */
  private static boolean showsNumber(Expr e) {
    if (e instanceof Expr.Column column) {
      String name = column.name().last();
      return name.equals("oid")
          || name.endsWith("relid")
          || name.endsWith("_class")
          || (name.startsWith("rel") && name.endsWith("type"))
          || name.equals("relfilenode")
          || name.equals("reltoastrelid");
    }
    return false;
  }

  private static @Nullable Merge sorted(Query query, Query.Select select) {
    List<Merge.SortKey> keys = new ArrayList<>();
    for (Query.SortItem item : query.orderBy()) {
      int at = position(item.value(), select);
      if (at == 0 || item.using() != null) {
        return null;
      }
      Expr value = select.items().get(at - 1).value();
      boolean name = value instanceof Expr.Column column && NAMES.contains(column.name().last());
      boolean nullsFirst =
          switch (item.nulls()) {
            case DEFAULT -> item.descending();
            case FIRST -> true;
            case LAST -> false;
          };
      keys.add(
          new Merge.SortKey(
              at,
              item.descending(),
              nullsFirst,
              "item " + at,
              name ? Merge.TextOrder.BYTES : Merge.TextOrder.UNKNOWN));
    }
    return new Merge.Sorted(keys, 0, 0, Merge.NO_LIMIT, false);
  }

  /** The item of the list that rows are sorted by, from 1; 0 where it is not certain. */
  private static int position(Expr value, Query.Select select) {
    List<Query.SelectItem> items = select.items();
    if (items.stream().anyMatch(item -> Positions.isStar(item.value()))) {
      return 0;
    }
    if (value instanceof Expr.Literal literal
        && literal.kind() == Expr.LiteralKind.INTEGER
        && literal.value().matches("[1-9][0-9]{0,3}")) {
      int at = Integer.parseInt(literal.value());
      return at <= items.size() ? at : 0;
    }
    if (!(value instanceof Expr.Column column)) {
      return 0;
    }
    for (int i = 0; i < items.size(); i++) {
      boolean labelled =
          column.name().parts().size() == 1
              && column.name().last().equals(Positions.outputName(items.get(i)));
      boolean same =
          items.get(i).value() instanceof Expr.Column other
              && other.name().parts().equals(column.name().parts());
      if (labelled || same) {
        return i + 1;
      }
    }
    return 0;
  }

  /**
   * Collects the catalogues whose rows are of relations; false where a row of the answer may be of
   * none, or a block inside would have to see them all.
   */
  private static boolean collect(Query query, List<FromItem.Table> into) {
    Query.Select select = (Query.Select) query.body();
    if (select.from().isEmpty()) {
      return select.items().get(0).value() instanceof Expr.Exists exists
          && exists.query().body() instanceof Query.Select inner
          && exists.query().with() == null
          && exists.query().offset() == null
          && inner.groupBy().isEmpty()
          && inner.having() == null
          && inner.items().stream().noneMatch(i -> Functions.hasAggregate(i.value()))
          && collect(exists.query(), into);
    }
    boolean any = false;
    for (FromItem item : select.from()) {
      any |= preserved(item, into);
    }
    List<Node> rest = new ArrayList<>(select.items());
    if (select.where() != null) {
      rest.add(select.where());
    }
    return any
        && new CatalogueQuestion.Joined(select).isOne()
        && select.from().stream().allMatch(OpenQuestion::isPlain)
        && rest.stream().noneMatch(CatalogueTables::areIn);
  }

  /** Whether each row of a FROM item is of a relation that this shard answers for. */
  private static boolean preserved(FromItem item, List<FromItem.Table> into) {
    if (item instanceof FromItem.Table table && CatalogueTables.isOfRelations(table)) {
      into.add(table);
      return true;
    }
    if (item instanceof FromItem.Join join) {
      boolean left = preserved(join.left(), into);
      boolean right = preserved(join.right(), into);
      return switch (join.kind()) {
        case INNER, CROSS -> left || right;
        case LEFT -> left;
        case RIGHT -> right;
        case FULL -> false;
      };
    }
    return false;
  }

  private static boolean isPlain(FromItem item) {
    return (item instanceof FromItem.Table table && table.alias() == null)
        || (item instanceof FromItem.Table aliased
            && aliased.alias() != null
            && aliased.alias().columns().isEmpty())
        || (item instanceof FromItem.Join join
            && isPlain(join.left())
            && isPlain(join.right())
            && (join.on() == null || !CatalogueTables.areIn(join.on())));
  }
}
