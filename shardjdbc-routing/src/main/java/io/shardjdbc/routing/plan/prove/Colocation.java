package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves that each shard can answer a query for its own rows, so that the answers together are the
 * answer.
 *
 * <p>The proof picks a table of the query, the anchor, and splits its rows by their key: for every
 * key k, let Q(k) be the query over the anchor's rows with that key alone. Two things have to hold.
 *
 * <ol>
 *   <li>The query is the sum of all Q(k): the anchor's rows flow into the result through steps that
 *       treat each key by itself (filters, joins, the preserved side of an outer join, grouping by
 *       the key). {@link #distributes} checks the steps between the anchor and the query's rows.
 *   <li>Q(k) needs rows of the other sharded tables with the key k only. {@link Facts#reachable}
 *       says which keys are k if the anchor's is.
 * </ol>
 *
 * <p>Then the shard that owns k has all that Q(k) needs, and what a shard answers is the sum of
 * Q(k) over its own keys. Where keys have several owners, the same is proved for each row instead
 * of each key. Branches of a set operation have an anchor each, all with the same k.
 */
public final class Colocation {

  private static final int MAX_ALTERNATIVES = 64;

  /** Tables that are split by their key together. */
  public record Anchors(List<TableVariable> tables) {
    public Anchors {
      tables = List.copyOf(tables);
    }

    boolean has(TableVariable table) {
      return tables.contains(table);
    }
  }

  /**
   * A proof.
   *
   * @param same for each column of the key, the columns that equal the anchor's in every row: not
   *     those that an outer join may have filled with NULL
   */
  public record Proof(Anchors anchors, List<Set<ColumnId>> same) {

    /** Whether rows with these columns as their key are, in that table, where the anchors' are. */
    public boolean staysHome(Table.Sharded table, List<@Nullable ColumnId> columns) {
      Table.Sharded source = (Table.Sharded) anchors.tables().get(0).table();
      if (!source.keepsKeysWith(table) || source.key().size() != table.key().size()) {
        return false;
      }
      for (int i = 0; i < columns.size(); i++) {
        ColumnId column = columns.get(i);
        if (column == null || !same.get(i).contains(column)) {
          return false;
        }
      }
      return true;
    }

    /** Whether rows that agree in these columns agree in the key. */
    boolean hasKey(List<ColumnId> columns) {
      return same.stream().allMatch(alike -> columns.stream().anyMatch(alike::contains));
    }
  }

  private final Analysis analysis;

  private final List<TableVariable> tables;

  /** Over all tables of a statement. */
  public Colocation(Analysis analysis) {
    this(analysis, analysis.tables());
  }

  /** Over some tables of a statement, where the others are accounted for. */
  public Colocation(Analysis analysis, List<TableVariable> tables) {
    this.analysis = analysis;
    this.tables = tables;
  }

  /** A proof that the anchors' keys decide what every other table contributes, or null. */
  public @Nullable Proof prove(Anchors anchors) {
    TableVariable first = anchors.tables().get(0);
    List<ColumnId> key = first.key();
    if (key.isEmpty()) {
      return null;
    }
    if (first.table() instanceof Table.Sharded sharded && sharded.placement().sharesKeys()) {
      return rowByRow(anchors);
    }
    List<Set<ColumnId>> same = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      Set<ColumnId> start = new LinkedHashSet<>();
      for (TableVariable anchor : anchors.tables()) {
        if (!alike(first, anchor)) {
          return null;
        }
        start.add(anchor.key().get(i));
      }
      Set<ColumnId> aligned = analysis.facts().reachable(start);
      if (!coversAll(first, i, aligned)) {
        return null;
      }
      same.add(backTo(start, aligned));
    }
    return new Proof(anchors, same);
  }

  /**
   * Where a key has several owners, its rows are apart too: the proof splits the anchors by rows
   * instead of keys. So nothing may group them, and copies alone may be joined to them.
   */
  private @Nullable Proof rowByRow(Anchors anchors) {
    for (TableVariable table : tables) {
      if (!(table.table() instanceof Table.Reference) && !anchors.has(table)) {
        return null;
      }
    }
    return new Proof(anchors, Collections.nCopies(anchors.tables().get(0).key().size(), Set.of()));
  }

  private boolean coversAll(TableVariable first, int keyColumn, Set<ColumnId> aligned) {
    for (TableVariable table : tables) {
      boolean everywhere = table.table() instanceof Table.Reference;
      if (!everywhere && !(alike(first, table) && aligned.contains(table.key().get(keyColumn)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The columns from which the way leads back: a column filled with NULL by an outer join cannot
   * have confined the anchor.
   */
  private Set<ColumnId> backTo(Set<ColumnId> start, Set<ColumnId> aligned) {
    Set<ColumnId> same = new LinkedHashSet<>();
    for (ColumnId column : aligned) {
      Set<ColumnId> back = analysis.facts().reachable(Set.of(column));
      if (start.stream().anyMatch(back::contains)) {
        same.add(column);
      }
    }
    return same;
  }

  private static boolean alike(TableVariable a, TableVariable b) {
    if (!(a.table() instanceof Table.Sharded first)
        || !(b.table() instanceof Table.Sharded second)
        || a.key().size() != b.key().size()
        || !first.keepsKeysWith(second)) {
      return false;
    }
    for (int i = 0; i < a.key().size(); i++) {
      if (!a.keyType(i).equals(b.keyType(i))) {
        return false;
      }
    }
    return true;
  }

  /** The alternatives for an anchor: tables whose rows flow into those of {@code source}. */
  public static List<Anchors> anchors(Source source) {
    List<Anchors> found = new ArrayList<>();
    if (source instanceof Source.Leaf leaf && leaf.table().table() instanceof Table.Sharded) {
      found.add(new Anchors(List.of(leaf.table())));
    } else if (source instanceof Source.Joined join) {
      switch (join.kind()) {
        case INNER, CROSS -> {
          found.addAll(anchors(join.left()));
          found.addAll(anchors(join.right()));
        }
        case LEFT -> found.addAll(anchors(join.left()));
        case RIGHT -> found.addAll(anchors(join.right()));
        case FULL -> {}
      }
    } else if (source instanceof Source.Block block) {
      block.from().forEach(item -> found.addAll(anchors(item)));
    } else if (source instanceof Source.Combined combined) {
      for (Anchors left : anchors(combined.left())) {
        for (Anchors right : anchors(combined.right())) {
          List<TableVariable> both = new ArrayList<>(left.tables());
          both.addAll(right.tables());
          found.add(new Anchors(both));
        }
      }
    }
    return found.size() > MAX_ALTERNATIVES ? found.subList(0, MAX_ALTERNATIVES) : found;
  }

  /** Whether the rows of {@code source} are the sum of what they are for each key. */
  public static boolean distributes(Source source, Proof proof) {
    if (source instanceof Source.Leaf leaf) {
      return proof.anchors().has(leaf.table());
    }
    if (source instanceof Source.Joined join) {
      return switch (join.kind()) {
        case INNER, CROSS -> distributes(join.left(), proof) || distributes(join.right(), proof);
        case LEFT -> distributes(join.left(), proof);
        case RIGHT -> distributes(join.right(), proof);
        case FULL -> false;
      };
    }
    if (source instanceof Source.Block block) {
      return !block.limited() && keepsKeysApart(block, proof) && rowsDistribute(block, proof);
    }
    if (source instanceof Source.Combined combined) {
      return !combined.limited()
          && distributes(combined.left(), proof)
          && distributes(combined.right(), proof)
          && (isUnionAll(combined) || matchesKeys(combined, proof));
    }
    return false;
  }

  /** Whether the rows of the block's FROM and WHERE do; its grouping is another matter. */
  public static boolean rowsDistribute(Source.Block block, Proof proof) {
    return block.from().stream().anyMatch(item -> distributes(item, proof));
  }

  /** Whether grouping, DISTINCT and windows of the block never bring two keys together. */
  static boolean keepsKeysApart(Source.Block block, Proof proof) {
    return groupsByKey(block, proof) && distinctByKey(block, proof) && windowsByKey(block, proof);
  }

  public static boolean groupsByKey(Source.Block block, Proof proof) {
    return !block.aggregated() || proof.hasKey(block.groupColumns());
  }

  public static boolean distinctByKey(Source.Block block, Proof proof) {
    return block.distinct() == Query.Distinct.NONE || proof.hasKey(block.distinctColumns());
  }

  public static boolean windowsByKey(Source.Block block, Proof proof) {
    return block.windows().stream().allMatch(proof::hasKey);
  }

  private static boolean isUnionAll(Source.Combined combined) {
    return combined.operator() == Query.SetOperator.UNION && combined.all();
  }

  /** Whether rows can be equal only where their keys are. */
  private static boolean matchesKeys(Source.Combined combined, Proof proof) {
    for (Set<ColumnId> alike : proof.same()) {
      boolean matched = false;
      for (int i = 0;
          i < Math.min(combined.leftRows().width(), combined.rightRows().width());
          i++) {
        ColumnId left = combined.leftRows().at(i);
        ColumnId right = combined.rightRows().at(i);
        matched |= left != null && right != null && alike.contains(left) && alike.contains(right);
      }
      if (!matched) {
        return false;
      }
    }
    return true;
  }
}
