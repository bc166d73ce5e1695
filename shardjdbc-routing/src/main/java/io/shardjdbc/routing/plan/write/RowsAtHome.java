package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT of a query's rows, each of which belongs on the shard where it is read. */
final class RowsAtHome {

  private RowsAtHome() {}

  /** Refused where a row may have another home than it was read on. */
  static Found<Spread> spread(
      ParsedSql parsed,
      Insert insert,
      Analyzer.Result rows,
      List<TableVariable> read,
      Analysis analysis,
      Uses uses,
      Table.Sharded table,
      List<@Nullable ColumnId> columns) {
    if (analysis.writesInside() || analysis.locks() || uses.needsPrimary()) {
      return Found.refused(
          ErrorCode.WRITE_NOT_MERGEABLE, "a volatile function or a write in the query");
    }
    String column = SystemColumns.shownIn(insert);
    if (column != null) {
      return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, "system column " + column);
    }
    if (!analysis.obstacles().isEmpty()) {
      return Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, analysis.obstacles().get(0));
    }
    Colocation colocation = new Colocation(analysis, read);
    for (Anchors anchors : Colocation.anchors(rows.source())) {
      Proof proof = colocation.prove(anchors);
      if (proof != null
          && Colocation.distributes(rows.source(), proof)
          && staysHome(anchors, proof, table, columns)) {
        return Found.of(
            new Spread(
                Targets.of(anchors.tables(), analysis.facts(), List.of()),
                ShardText.unchanged(parsed.sql()),
                values -> new SumOfCounts(),
                "each shard inserts its own rows, sum of the counts"));
      }
    }
    return Found.refused(
        ErrorCode.WRITE_NOT_MERGEABLE, "INSERT .. SELECT whose rows change shards");
  }

  /** Whether every row is inserted where it was read. */
  private static boolean staysHome(
      Anchors anchors, Proof proof, Table.Sharded table, List<@Nullable ColumnId> columns) {
    TableVariable anchor = anchors.tables().get(0);
    Table.Sharded source = (Table.Sharded) anchor.table();
    if (!source.keepsKeysWith(table) || source.key().size() != table.key().size()) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      ColumnId column = columns.get(i);
      if (column == null || !proof.same().get(i).contains(column)) {
        return false;
      }
    }
    return true;
  }
}
