package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a WITH that write, where each shard may carry all of them out for its own rows.
 *
 * <p>The parts of one statement see the same rows, those before it, and what one part gives the
 * others is its RETURNING alone. So each part is proved for itself ({@link Colocation}): what it
 * does to the rows of a key needs the rows of that key, among them what other parts return of it.
 * Then all parts may be split by the key, whichever order they run in. A part runs wherever it has
 * rows, so the shards of the whole are those of all parts together.
 *
 * @param anchors the tables whose keys say where the parts run
 * @param beside the tables of the statement itself, and what it reads of the parts
 */
public record WritingParts(List<TableVariable> anchors, List<TableVariable> beside) {

  public WritingParts {
    anchors = List.copyOf(anchors);
    beside = List.copyOf(beside);
  }

  /** Refused where a part may need, or reach, rows of other shards. */
  public static Found<WritingParts> of(Analysis analysis, Node statement, Catalog catalog) {
    List<TableVariable> beside = new ArrayList<>(analysis.tables());
    beside.addAll(analysis.returned());
    if (!analysis.writesInside()) {
      return Found.of(new WritingParts(List.of(), beside));
    }
    Refusal once = once(statement, catalog);
    if (once != null || analysis.locks()) {
      return Found.refused(once != null ? once : refusal("FOR UPDATE or FOR SHARE"));
    }
    List<TableVariable> anchors = new ArrayList<>();
    for (Analysis.Part part : analysis.parts()) {
      List<TableVariable> own = anchors(part, analysis);
      if (own == null) {
        return Found.refused(refusal("a data-modifying WITH"));
      }
      anchors.addAll(own);
      beside.removeAll(part.tables());
    }
    anchors.removeAll(analysis.returned());
    return Found.of(new WritingParts(anchors, beside));
  }

  /** Where the parts run, and the statement itself by its own anchors. */
  public Targets targets(Analysis analysis, List<TableVariable> own) {
    List<TableVariable> all = new ArrayList<>(own);
    if (!anchors.isEmpty()) {
      all.removeAll(analysis.returned());
      all.addAll(anchors);
    }
    return Targets.of(all, analysis.facts(), List.of());
  }

  /** Refuses common tables that two shards might have two results of. */
  private static @Nullable Refusal once(Node statement, Catalog catalog) {
    for (Node child : statement.children()) {
      if (child instanceof Query.With with) {
        for (Query.CommonTable table : with.tables()) {
          Refusal choice = Calls.choices(table.statement());
          if (choice != null) {
            return choice;
          }
        }
      }
    }
    return Calls.volatileOnce(statement, catalog);
  }

  private static Refusal refusal(String what) {
    return Refusal.of(ErrorCode.WRITE_NOT_MERGEABLE, what);
  }

  /** The tables whose key says where a part runs; null where no key does. */
  private static @Nullable List<TableVariable> anchors(Analysis.Part part, Analysis analysis) {
    TableVariable target = part.write().target();
    if (!(target.table() instanceof Table.Sharded sharded)) {
      return null;
    }
    if (part.statement() instanceof Insert insert) {
      return inserted(insert, part, sharded, analysis);
    }
    boolean inPlace = part.statement() instanceof Update || part.statement() instanceof Delete;
    Anchors anchors = new Anchors(List.of(target));
    return inPlace && new Colocation(analysis, part.tables()).prove(anchors) != null
        ? anchors.tables()
        : null;
  }

  /** Of rows that are inserted where they are read. */
  private static @Nullable List<TableVariable> inserted(
      Insert insert, Analysis.Part part, Table.Sharded table, Analysis analysis) {
    Analyzer.Result rows = part.write().rows();
    boolean keepsKeys =
        insert.overriding() == null
            && !insert.subscriptedColumn()
            && (insert.onConflict() == null || !insert.onConflict().update());
    if (rows == null || !keepsKeys) {
      return null;
    }
    List<TableVariable> read = new ArrayList<>(part.tables());
    read.remove(part.write().target());
    List<@Nullable ColumnId> key = new ArrayList<>();
    List<String> columns = columns(insert, part.write().target());
    for (int i = 0; i < table.key().size(); i++) {
      int at = columns.indexOf(table.key().get(i).name());
      key.add(at < 0 ? null : rows.rows().at(at));
    }
    Colocation colocation = new Colocation(analysis, read);
    for (Anchors anchors : Colocation.anchors(rows.source())) {
      Proof proof = colocation.prove(anchors);
      if (proof != null
          && Colocation.distributes(rows.source(), proof)
          && proof.staysHome(table, StoredAlike.of(key, part.write().target(), analysis))) {
        return anchors.tables();
      }
    }
    return null;
  }

  private static List<String> columns(Insert insert, TableVariable target) {
    return insert.columns().isEmpty()
        ? target.shape().stream()
            .flatMap(shape -> shape.columns().stream())
            .map(ColumnShape::name)
            .toList()
        : insert.columns();
  }
}
