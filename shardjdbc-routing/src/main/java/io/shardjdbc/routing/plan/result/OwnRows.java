package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.result.Gathering.StagePlan;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.StagedColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The last step of a gathering statement that reads its shard's own rows where they lie.
 *
 * <p>A statement sees a shard at one moment. A last step that reads tables in place sees them when
 * it runs; had rows of the same shard been fetched before, what a transaction changed in both would
 * be met before it in one and after it in the other. So these rows are not fetched: the query that
 * would fetch them stands in the last step, beside the rows of the other shards. One statement has
 * one snapshot, whatever the level of its transaction.
 *
 * <p>As in every gathering, the arrays come first in the text, and then the caller's values. What
 * is read in place takes the same way through text to the column's type as what is fetched.
 */
final class OwnRows {

  private final List<StagePlan> stages;
  private final Template plain;
  private final int at;
  private final boolean first;

  /**
   * @param plain the last step over tables that have the stages' names
   * @param at where common tables go
   * @param first whether there is no other common table
   */
  OwnRows(List<StagePlan> stages, Template plain, int at, boolean first) {
    this.stages = stages;
    this.plain = plain;
    this.at = at;
    this.first = first;
  }

  /**
   * The last step where fetched rows are arrays.
   *
   * @param own for each stage, whether the shard has rows of it
   */
  ShardStatement overArrays(ShardId shard, List<Boolean> own) {
    List<String> fetched = new ArrayList<>();
    List<String> whole = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      StagePlan stage = stages.get(i);
      if (own.get(i)) {
        String name = "\"shardjdbc:fetched " + (i + 1) + "\"";
        fetched.add(Gathering.commonTable(name, stage.columns()));
        whole.add(whole(stage, name));
      } else {
        fetched.add(Gathering.commonTable(stage.name(), stage.columns()));
      }
    }
    fetched.addAll(whole);
    return with(fetched, shard, own);
  }

  /** The same where they are temporary tables of the stages' names. */
  ShardStatement overTables(ShardId shard, List<Boolean> own) {
    List<String> tables = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      if (own.get(i)) {
        tables.add(whole(stages.get(i), "pg_temp." + stages.get(i).name()));
      }
    }
    return with(tables, shard, own);
  }

  private static String whole(StagePlan stage, String fetched) {
    String columns =
        stage.columns().stream().map(StagedColumn::name).collect(Collectors.joining(", "));
    return stage.name()
        + " AS (SELECT "
        + columns
        + " FROM "
        + fetched
        + " UNION ALL SELECT "
        + Gathering.converted(stage.columns())
        + " FROM ("
        + stage.fetch().thinned().text()
        + ") AS staged("
        + Gathering.numbered(stage.columns())
        + "))";
  }

  private ShardStatement with(List<String> tables, ShardId shard, List<Boolean> own) {
    List<Integer> parameters = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      if (own.get(i)) {
        parameters.addAll(stages.get(i).fetch().thinned().parameters());
      }
    }
    parameters.addAll(plain.parameters());
    String list = String.join(", ", tables);
    String text = plain.text();
    String sql =
        text.substring(0, at) + (first ? "WITH " + list + " " : list + ", ") + text.substring(at);
    return ShardStatement.rewritten(shard, sql, parameters);
  }
}
