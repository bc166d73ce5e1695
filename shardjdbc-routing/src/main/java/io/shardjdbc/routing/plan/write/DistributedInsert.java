package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.NumberedSource;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INSERT of the rows of a query.
 *
 * <p>A string or a parameter that stands alone in the query's list takes the type of the column it
 * goes to, which it would not if the query stood alone. Such items stay in the INSERT, and what the
 * query gives in their place is left out.
 */
final class DistributedInsert extends DistributedWrite {

  /**
   * An item that stays in the INSERT.
   *
   * @param position from the first column, or, if negative, from the last
   */
  private record Kept(int position, Expr value) {
    int at(int width) {
      return position < 0 ? width + position : position;
    }
  }

  private final Insert insert;
  private final Query query;
  private final List<Kept> kept;
  private final List<Integer> positions;
  private final @Nullable NumberedSource numbered;

  private DistributedInsert(
      Tables tables,
      ParsedSql parsed,
      SourceQuery source,
      TableVariable target,
      Insert insert,
      Query query,
      List<Kept> kept,
      List<Integer> positions,
      @Nullable NumberedSource numbered) {
    super(tables, parsed, source, target);
    this.insert = insert;
    this.query = query;
    this.kept = kept;
    this.positions = positions;
    this.numbered = numbered;
  }

  /**
   * @param positions where the columns of the target's key are in the rows; {@code -1 - n} for the
   *     n-th number of each row
   * @param numbered the columns that sequences fill; null where there are none
   * @return refused where it cannot be done so
   */
  static Found<Detour> plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Insert insert,
      TableVariable target,
      Analysis analysis,
      List<Integer> positions,
      @Nullable NumberedSource numbered) {
    Query query = insert.source();
    if (query == null) {
      return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, "DEFAULT VALUES");
    }
    List<Node> outside = new ArrayList<>(insert.returning());
    if (insert.onConflict() != null) {
      outside.add(insert.onConflict());
    }
    if (Calls.hasQuery(outside) && !OwnRows.suffice(outside, insert, analysis, target)) {
      return Found.refused(
          ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query in ON CONFLICT or RETURNING");
    }
    boolean copies = target.table() instanceof Table.Reference;
    String function =
        Calls.first(
            outside,
            tables.catalog(),
            kind -> copies ? kind != Volatility.IMMUTABLE : kind == Volatility.UNKNOWN);
    if (function != null) {
      return copies
          ? Found.refused(ErrorCode.NOT_COPY_SAFE, target.table().displayName(), function)
          : Found.refused(ErrorCode.FUNCTION_UNKNOWN, function);
    }
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "a question mark in a plain Statement");
    }
    return SourceQuery.of(
            tables,
            parsed,
            questionMarks,
            insert.with(),
            query.span(),
            numbered == null ? List.of() : numbered.edits())
        .then(
            source ->
                kept(query)
                    .map(
                        kept ->
                            new DistributedInsert(
                                tables, parsed, source, target, insert, query, kept, positions,
                                numbered)));
  }

  private static Found<List<Kept>> kept(Query query) {
    List<Kept> kept = new ArrayList<>();
    if (!(query.body() instanceof Query.Select select)
        || select.distinct() != Query.Distinct.NONE
        || select.table()) {
      return Found.of(kept);
    }
    int width = select.items().size();
    List<Integer> stars = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      if (Positions.isStar(select.items().get(i).value())) {
        stars.add(i);
      }
    }
    for (int i = 0; i < width; i++) {
      Expr value = select.items().get(i).value();
      if (!takesTypeOfColumn(value)) {
        continue;
      }
      if (stars.isEmpty() || i < stars.get(0)) {
        kept.add(new Kept(i, value));
      } else if (i > stars.get(stars.size() - 1)) {
        kept.add(new Kept(i - width, value));
      } else {
        return Found.refused(
            ErrorCode.WRITE_NOT_MERGEABLE, "a constant between two stars in INSERT .. SELECT");
      }
    }
    return Found.of(kept);
  }

  private static boolean takesTypeOfColumn(Expr value) {
    return value instanceof Expr.Parameter
        || (value instanceof Expr.Literal literal
            && (literal.kind() == Expr.LiteralKind.STRING
                || literal.kind() == Expr.LiteralKind.NULL));
  }

  private @Nullable Expr keptAt(int column, int width) {
    for (Kept item : kept) {
      if (item.at(width) == column) {
        return item.value();
      }
    }
    return null;
  }

  @Override
  public List<Numbering.Draw> numbers() {
    return numbered == null ? List.of() : numbered.draws();
  }

  /** How many columns the query has. */
  private int width(Rows rows) {
    return rows.types().size() - numbers().size();
  }

  private NumberedSource.@Nullable Numbered numberedAt(int column) {
    return numbered == null ? null : numbered.at(column);
  }

  @Override
  List<KeyPart> key(Rows rows) {
    int width = width(rows);
    List<KeyPart> parts = new ArrayList<>();
    for (int position : positions) {
      if (position < 0) {
        parts.add(new KeyPart(width - 1 - position, null));
        continue;
      }
      if (position >= width) {
        throw new RoutingException(ErrorCode.KEY_MISSING_IN_INSERT, table(), "");
      }
      int slot = numbered == null ? -1 : numbered.plainAt(position);
      parts.add(
          slot < 0
              ? new KeyPart(position, keptAt(position, width))
              : new KeyPart(width + slot, null));
    }
    return parts;
  }

  @Override
  List<Integer> columns(Rows rows) {
    List<Integer> columns = new ArrayList<>();
    int width = width(rows);
    for (int i = 0; i < rows.types().size(); i++) {
      if (i >= width || (keptAt(i, width) == null && numberedAt(i) == null)) {
        columns.add(i);
      }
    }
    if (columns.isEmpty()) {
      columns.add(0); // to have as many rows
    }
    return columns;
  }

  @Override
  void write(Template statement, Rows rows) {
    int start = insert.with() == null ? insert.span().start() : insert.with().span().end();
    if (numbered == null) {
      statement.copy(new Span(start, query.span().start()));
    } else {
      numbered.head(statement.copy(new Span(start, insert.target().span().end())), insert);
    }
    statement.write(" SELECT ");
    int width = width(rows);
    for (int i = 0; i < width; i++) {
      statement.write(i == 0 ? "" : ", ");
      NumberedSource.Numbered number = numberedAt(i);
      Expr constant = keptAt(i, width);
      if (numbered != null && number != null) {
        numbered.write(statement, number, width);
      } else if (constant == null) {
        statement.write("c" + i + "::" + rows.types().get(i));
      } else {
        statement.copy(constant.span());
      }
    }
    if (numbered != null) {
      for (NumberedSource.Numbered added : numbered.columns()) {
        if (added.position() < 0) {
          statement.write(", ");
          numbered.write(statement, added, width);
        }
      }
    }
    statement.write(" FROM " + ROWS + " ");
    statement.copy(new Span(query.span().end(), parsed().sql().length()));
  }

  @Override
  Merge merge(List<List<Integer>> rows) {
    return new Merge.RowOrder(rows);
  }

  @Override
  ShardId owner(Placement placement, Key key, long draw) {
    return placement.ownerOfNew(key, draw);
  }

  /** Whether the query deletes what it gives, which has to be in one transaction with the write. */
  @Override
  public boolean locksRows() {
    return insert.with() != null
        && !insert.with().tables().stream()
            .allMatch(table -> table.statement() instanceof SelectStatement);
  }

  @Override
  boolean onEveryShard() {
    return false;
  }
}
