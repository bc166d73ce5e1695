package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.gather.Gifts.Gift;
import io.shardjdbc.routing.plan.result.Gathering.StagePlan;
import io.shardjdbc.routing.plan.result.Template.Marker;
import io.shardjdbc.routing.route.InRounds.FoundColumn;
import io.shardjdbc.routing.route.StagedColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one stage that go by what was found in earlier rounds: {@code o_custkey IN
 * (SELECT c FROM unnest(?) ..)}.
 */
final class FoundValues {

  private static final String ROWS = "\"shardjdbc:found\"";

  private final FetchOrder order;
  private final Map<Integer, Integer> numbers;
  private final List<StagePlan> stages;
  private final int round;
  private final List<FoundColumn> columns = new ArrayList<>();

  /**
   * @param numbers for each table, which of the stages it is
   * @param stages those that were planned, in the order of their rounds
   * @param round of the stage
   */
  FoundValues(FetchOrder order, Map<Integer, Integer> numbers, List<StagePlan> stages, int round) {
    this.order = order;
    this.numbers = numbers;
    this.stages = stages;
    this.round = round;
  }

  int round() {
    return round;
  }

  /** The columns that it goes by; its markers {@code -n} are the n-th of them. */
  List<FoundColumn> columns() {
    return List.copyOf(columns);
  }

  /** Whether that is all that thins out the table of the stage. */
  boolean isAllOf(TableVariable table) {
    return order.isFollower(table)
        && order.into(table, round).stream().anyMatch(gift -> column(gift) != null);
  }

  /** Conditions on a table, each in pieces of text. */
  List<List<Object>> conditions(TableVariable table) {
    List<List<Object>> conditions = new ArrayList<>();
    for (Gift gift : order.into(table, round)) {
      FoundColumn column = column(gift);
      if (column != null) {
        int known = columns.indexOf(column);
        if (known < 0) {
          known = columns.size();
          columns.add(column);
        }
        conditions.add(condition(gift, column, new Marker(-known - 1)));
      }
    }
    return conditions;
  }

  private List<Object> condition(Gift gift, FoundColumn from, Marker marker) {
    StagedColumn column = stages.get(from.stage()).columns().get(from.column());
    String collate = column.collation().isEmpty() ? "" : " COLLATE " + column.collation();
    return List.of(
        Identifiers.quote(gift.to().label())
            + "."
            + Identifiers.quote(gift.target().column())
            + " IN (SELECT "
            + ROWS
            + ".v::"
            + column.type()
            + collate
            + " FROM pg_catalog.unnest(",
        marker,
        "::pg_catalog.text[]) AS " + ROWS + "(v))");
  }

  private @Nullable FoundColumn column(Gift gift) {
    Integer stage = numbers.get(gift.from().id());
    ColumnShape shape = gift.from().columnShape(gift.giver().column());
    if (stage == null || shape == null) {
      return null;
    }
    int column = stages.get(stage).tableColumns().indexOf(shape.name());
    return column < 0 ? null : new FoundColumn(stage, column);
  }
}
