package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CountedText.Slot;
import io.shardjdbc.routing.plan.number.NumberedRows.Change;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose numbers of sequences have become markers.
 *
 * <p>The INSERTs of a statement, one inside WITH included, are rewritten so that no server calls
 * {@code nextval} for them: defaults by a sequence, identity columns and calls in VALUES become
 * parameters like the caller's own. From there on nothing is special about them: a number may be a
 * shard key, each row goes with its own, and every copy of a reference table gets the same.
 */
public final class NumberedStatement {

  private final ParsedSql rewritten;
  private final List<Draw> draws;
  private final List<List<String>> remembered;
  private final List<Numbering.Size> sizes;
  private final List<Integer> markers;
  private final int last;

  private NumberedStatement(
      ParsedSql rewritten,
      List<Draw> draws,
      List<List<String>> remembered,
      List<Numbering.Size> sizes,
      List<Integer> markers,
      int last) {
    this.rewritten = rewritten;
    this.draws = draws;
    this.remembered = remembered;
    this.sizes = sizes;
    this.markers = markers;
    this.last = last;
  }

  public ParsedSql rewritten() {
    return rewritten;
  }

  /** What has to be taken before a plan of the rewritten text. */
  public Numbering before(Plan plan) {
    return new Numbering(plan, draws, remembered, sizes, markers, last);
  }

  /**
   * Null where the statement takes no numbers that can be taken first, and asks for none.
   *
   * @param pinned whether a hint says which shard answers, of its own session and its own part
   */
  public static @Nullable NumberedStatement of(
      ParsedSql parsed, Tables tables, QuestionMarks questionMarks, boolean pinned) {
    if (tables.serversCount() || parsed.statement() instanceof Utility) {
      return null;
    }
    Sequences sequences = new Sequences(tables);
    List<NumberedRows> all = new ArrayList<>();
    collect(parsed.statement(), tables, sequences, all);
    List<Slot> slots = all.stream().flatMap(rows -> rows.slots().stream()).toList();
    RememberedNumbers remembered =
        pinned
            ? RememberedNumbers.none()
            : RememberedNumbers.of(parsed.statement(), sequences, slots);
    AskedSizes sizes = pinned ? AskedSizes.none() : AskedSizes.of(parsed.statement(), tables);
    if (all.isEmpty() && remembered.isEmpty() && sizes.isEmpty()) {
      return null;
    }
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      // Our own markers would stand beside the caller's operators.
      throw new RoutingException(
          ErrorCode.UNSUPPORTED_CLAUSE, "a question mark in a plain Statement");
    }
    List<Draw> draws = number(slots);
    List<Edit> edits = new ArrayList<>(remembered.edits(slots.size()));
    edits.addAll(sizes.edits(slots.size() + remembered.names().size()));
    for (NumberedRows rows : all) {
      for (Change change : rows.changes()) {
        edits.add(
            Edit.replace(
                change.span(),
                change.pieces().stream()
                    .map(piece -> piece instanceof Slot slot ? slot.marker() : piece)
                    .toArray()));
      }
    }
    Template text = Template.edited(parsed, edits);
    return new NumberedStatement(
        SqlParser.parse(text.text(), QuestionMarks.PARAMETERS),
        draws,
        remembered.names(),
        sizes.sizes(),
        text.parameters(),
        slots.isEmpty() ? 0 : slots.get(slots.size() - 1).number());
  }

  private static void collect(
      Node node, Tables tables, Sequences sequences, List<NumberedRows> all) {
    if (node instanceof Insert insert) {
      Table target = sequences.target(insert.target());
      NumberedRows rows = target == null ? null : rows(insert, target, tables, sequences);
      if (rows != null) {
        all.add(rows);
      }
    }
    node.eachChild(child -> collect(child, tables, sequences, all));
  }

  private static @Nullable NumberedRows rows(
      Insert insert, Table target, Tables tables, Sequences sequences) {
    if (insert.source() != null && NumberedRows.rows(insert) == null) {
      return null;
    }
    Optional<TableShape> shape = tables.catalog().table(Tables.local(insert.target().name()));
    return NumberedRows.of(sequences, insert, target, shape);
  }

  /** Gives each place its number, and says how many each sequence gives. */
  private static List<Draw> number(List<Slot> slots) {
    Map<Draw, List<Slot>> bySequence = new LinkedHashMap<>();
    slots.forEach(s -> bySequence.computeIfAbsent(s.draw(), d -> new ArrayList<>()).add(s));
    List<Draw> draws = new ArrayList<>();
    int next = 1;
    for (Map.Entry<Draw, List<Slot>> entry : bySequence.entrySet()) {
      draws.add(entry.getKey().times(entry.getValue().size()));
      for (Slot slot : entry.getValue()) {
        slot.becomes(next++);
      }
    }
    return draws;
  }
}
