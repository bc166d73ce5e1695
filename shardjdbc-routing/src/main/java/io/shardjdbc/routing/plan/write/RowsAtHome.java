package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.prove.WritingParts;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** INSERT of a query's rows, each of which belongs on the shard where it is read. */
final class RowsAtHome {

  private RowsAtHome() {}

  /** Refused where a row may have another home than it was read on. */
  static Found<Spread> spread(
      Tables tables,
      ParsedSql parsed,
      Insert insert,
      WriteAnalysis.Result write,
      Analysis analysis,
      Uses uses,
      List<@Nullable ColumnId> columns) {
    Objections against = new Objections();
    if (analysis.locks() || uses.needsPrimary()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "a volatile function in the query");
    }
    String column = SystemColumns.apart(insert, analysis.readsCopies());
    if (column != null) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "system column " + column);
    }
    if (!analysis.obstacles().isEmpty()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, analysis.obstacles().get(0));
    }
    if (analysis.rowOrder() != null) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, analysis.rowOrder());
    }
    return against
        .orElse(() -> WritingParts.of(analysis, insert, tables.catalog()))
        .then(parts -> spread(parsed, write, parts, analysis, columns));
  }

  private static Found<Spread> spread(
      ParsedSql parsed,
      WriteAnalysis.Result write,
      WritingParts parts,
      Analysis analysis,
      List<@Nullable ColumnId> columns) {
    Table.Sharded table = (Table.Sharded) write.target().table();
    Source rows = Objects.requireNonNull(write.rows()).source();
    List<TableVariable> read = new ArrayList<>(parts.beside());
    read.remove(write.target());
    Colocation colocation = new Colocation(analysis, read);
    for (Anchors anchors : Colocation.anchors(rows)) {
      Proof proof = colocation.prove(anchors);
      if (proof != null && Colocation.distributes(rows, proof) && proof.staysHome(table, columns)) {
        return Found.of(
            new Spread(
                parts.targets(analysis, anchors.tables()),
                ShardText.unchanged(parsed.sql()),
                values -> new SumOfCounts(),
                "each shard inserts its own rows, sum of the counts"));
      }
    }
    return Found.refused(
        ErrorCode.WRITE_NOT_MERGEABLE, "INSERT .. SELECT whose rows change shards");
  }

  /**
   * What is known of a column of the rows that are inserted: which it is, or that it is constant.
   */
  static @Nullable Domain domain(
      Insert insert, int position, @Nullable ColumnId column, Facts facts) {
    if (column != null) {
      return facts.domain(column);
    }
    if (insert.source() == null
        || !(insert.source().body() instanceof Query.Select select)
        || position >= select.items().size()) {
      return null;
    }
    boolean counted =
        select.items().subList(0, position + 1).stream()
            .noneMatch(item -> Positions.isStar(item.value()));
    Expr value = select.items().get(position).value();
    return counted && Constants.isConstant(value) ? new Domain.Stored(List.of(value)) : null;
  }
}
