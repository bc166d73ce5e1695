package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.Relation.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes INSERT, UPDATE, DELETE and MERGE. */
final class Writes {

  private final Draft draft;
  private final Dice dice;
  private final long firstId;
  private final WritesFromQueries fromQueries;

  /**
   * @param firstId from where ids of new rows count, so that no two statements give the same
   * @param damaged whether conditions that make the change determined may be lost
   */
  Writes(Draft draft, long firstId, boolean damaged) {
    this.draft = draft;
    this.dice = draft.dice();
    this.firstId = firstId;
    this.fromQueries = new WritesFromQueries(draft, firstId, damaged);
  }

  String sql() {
    return switch (dice.below(14)) {
      case 0, 1, 2, 3 -> insert();
      case 4 -> fromQueries.insertSelect();
      case 5, 6, 7, 8 -> update();
      case 9 -> fromQueries.updateFrom();
      case 10, 11 -> delete();
      case 12 -> fromQueries.deleteUsing();
      default -> fromQueries.merge();
    };
  }

  private String insert() {
    GeneratedTable table = anyTable();
    int rows = dice.pick(List.of(1, 1, 1, 2, 3, 5));
    List<String> list = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      // A small id meets a row that is there.
      long id = dice.chance(20) ? dice.between(1, 20) : firstId + i;
      list.add(row(table, id));
    }
    return "INSERT INTO %s%s (%s) VALUES %s%s%s"
        .formatted(
            table.name(),
            dice.chance(15) ? " AS n" : "",
            String.join(", ", table.columnNames()),
            String.join(", ", list),
            onConflict(table),
            returning(table.columnNames()));
  }

  private String row(GeneratedTable table, long id) {
    String literals = table.row(dice, id);
    if (!table.isSharded()) {
      return literals;
    }
    int end = literals.indexOf(", " + id + ",");
    String key =
        dice.chance(60)
            ? DrawnKeys.of(context(List.of()), table.domain())
            : DrawnKeys.typed(context(List.of()), table.domain());
    return "(" + key + literals.substring(end);
  }

  private String onConflict(GeneratedTable table) {
    if (!dice.chance(45)) {
      return "";
    }
    String unique = table.isSharded() ? table.keyColumn() + ", id" : "id";
    return dice.one(
        () -> " ON CONFLICT DO NOTHING",
        () -> " ON CONFLICT (" + unique + ") DO NOTHING",
        () ->
            " ON CONFLICT (%s) DO UPDATE SET c_text = excluded.c_text, c_int4 = 4"
                .formatted(unique),
        () ->
            " ON CONFLICT (%s) DO UPDATE SET c_int4 = excluded.c_int4 WHERE excluded.c_int4 > 1"
                .formatted(unique));
  }

  private String update() {
    GeneratedTable table = anyTable();
    Relation relation = table.as(draft.alias("u"));
    Context context = context(List.of(relation));
    String assigned =
        dice.one(
            () -> "c_int4 = " + Values.of(context, SqlType.INT4),
            () -> "c_text = " + Values.of(context, SqlType.TEXT),
            () -> "c_int4 = 3, c_text = " + Values.constant(context, SqlType.TEXT),
            () -> "(c_text, c_numeric) = (" + Values.constant(context, SqlType.TEXT) + ", 1.5)",
            () -> "c_numeric = DEFAULT",
            () -> keyAssigned(context, table, relation),
            () ->
                "%s = %s".formatted(table.linkColumn(), DrawnKeys.typed(context, table.domain())));
    return "UPDATE %s SET %s%s%s"
        .formatted(
            relation.from(),
            assigned,
            DrawnConditions.where(context, List.of(relation)),
            returning(List.of(relation.alias() + ".id", "c_text")));
  }

  /** An assignment of the key itself, which may or may not change it. */
  private String keyAssigned(Context context, GeneratedTable table, Relation relation) {
    ShardKey key = relation.key();
    if (key == null) {
      return "id = id";
    }
    String value = DrawnKeys.of(context, table.domain());
    return dice.one(
        () -> table.keyColumn() + " = " + key.column().sql() + ", c_int4 = 6",
        () -> table.keyColumn() + " = " + value + ", c_int4 = 8");
  }

  private String delete() {
    GeneratedTable table = anyTable();
    Relation relation = table.as(draft.alias("u"));
    Context context = context(List.of(relation));
    String where = DrawnConditions.where(context, List.of(relation));
    // Most rows are to stay.
    String rest = Objects.requireNonNull(relation.id()).sql() + " % 5 = " + dice.below(5);
    return "DELETE FROM %s%s%s"
        .formatted(
            relation.from(),
            where.isEmpty() ? " WHERE " + rest : where + " AND " + rest,
            returning(List.of("*")));
  }

  String returning(List<String> columns) {
    if (!dice.chance(40)) {
      return "";
    }
    return dice.one(
        () -> " RETURNING *",
        () -> " RETURNING " + dice.pick(columns),
        () -> " RETURNING id, c_int4 + 1 AS more");
  }

  private GeneratedTable anyTable() {
    GeneratedSchema schema = draft.schema();
    return dice.pick(dice.chance(75) ? schema.sharded() : schema.tables());
  }

  private Context context(List<Relation> scope) {
    return new Context(draft, scope, 1);
  }
}
