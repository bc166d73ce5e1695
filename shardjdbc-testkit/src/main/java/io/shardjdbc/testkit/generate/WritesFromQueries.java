package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.Relation.ShardKey;
import java.util.List;
import java.util.Objects;

/** Writes statements that change rows by what they read from other tables. */
final class WritesFromQueries {

  private final Draft draft;
  private final Dice dice;
  private final long firstId;
  private final boolean damaged;

  /**
   * @param damaged whether one row may meet several of another table, so that all of them have to
   *     change it alike
   */
  WritesFromQueries(Draft draft, long firstId, boolean damaged) {
    this.draft = draft;
    this.dice = draft.dice();
    this.firstId = firstId;
    this.damaged = damaged;
  }

  /** Copies rows, of a table whose keys are of the same domain or pinned. */
  String insertSelect() {
    GeneratedTable target = anyTable();
    GeneratedTable source = anyTable();
    Relation read = source.as(draft.alias("q"));
    Context context = context(List.of(read));
    String id = Objects.requireNonNull(read.id()).sql() + " + " + firstId;
    String columns = "id, c_int4, c_text";
    boolean distinct = !source.isSharded();
    String list =
        "%s, %s, %s".formatted(id, value(context, SqlType.INT4), value(context, SqlType.TEXT));
    if (target.isSharded()) {
      columns = target.keyColumn() + ", " + columns;
      ShardKey key = read.key();
      String value =
          key != null && key.domain() == target.domain() && dice.chance(70)
              ? key.column().sql()
              : DrawnKeys.typed(context, target.domain());
      list = value + ", " + list;
      distinct |= key != null && value.equals(key.column().sql());
    }
    return "INSERT INTO %s (%s) SELECT %s FROM %s%s%s"
        .formatted(
            target.name(),
            columns,
            list,
            read.from(),
            DrawnConditions.where(context, List.of(read)),
            // Of rows with one key, the order would decide which is there first.
            dice.chance(30) && distinct ? " ON CONFLICT DO NOTHING" : "");
  }

  /** Each row meets at most one of the other table's, so that the change is determined. */
  String updateFrom() {
    Pair pair = pair();
    return "UPDATE %s SET c_text = %s, c_int4 = %s FROM %s WHERE %s%s%s"
        .formatted(
            pair.target().from(),
            assigned(pair.context(), SqlType.TEXT),
            assigned(pair.context(), SqlType.INT4),
            pair.other().from(),
            pair.link(),
            more(pair),
            dice.chance(40) ? " RETURNING " + pair.target().alias() + ".id" : "");
  }

  String deleteUsing() {
    Pair pair = pair();
    return "DELETE FROM %s USING %s WHERE %s%s AND %s %% 4 = 1%s"
        .formatted(
            pair.target().from(),
            pair.other().from(),
            pair.link(),
            more(pair),
            Objects.requireNonNull(pair.target().id()).sql(),
            dice.chance(40) ? " RETURNING " + pair.target().alias() + ".*" : "");
  }

  String merge() {
    Pair pair = pair();
    String target = pair.target().alias();
    String matched =
        dice.one(
            () -> "WHEN MATCHED THEN UPDATE SET c_int4 = 5",
            () -> "WHEN MATCHED AND " + target + ".c_int4 > 2 THEN DELETE",
            () -> "WHEN MATCHED THEN DO NOTHING");
    ShardKey key = pair.target().key();
    ShardKey other = pair.other().key();
    String missing = "";
    if (key != null && other != null && key.domain() == other.domain() && dice.chance(60)) {
      String name = key.column().sql().substring(target.length() + 1);
      missing =
          " WHEN NOT MATCHED THEN INSERT (%s, id, c_int4) VALUES (%s, %s + %d, 1)"
              .formatted(
                  name,
                  other.column().sql(),
                  Objects.requireNonNull(pair.other().id()).sql(),
                  firstId);
    }
    return "MERGE INTO %s USING %s ON %s %s%s"
        .formatted(pair.target().from(), pair.other().from(), pair.link(), matched, missing);
  }

  private record Pair(Relation target, Relation other, String link, Context context) {}

  private Pair pair() {
    Relation target = anyTable().as(draft.alias("u"));
    Relation other = anyTable().as(draft.alias("q"));
    String ids =
        Objects.requireNonNull(target.id()).sql()
            + " = "
            + Objects.requireNonNull(other.id()).sql();
    ShardKey one = target.key();
    ShardKey two = other.key();
    String link =
        one != null && two != null && one.domain() == two.domain()
            ? one.column().sql() + " = " + two.column().sql() + " AND " + ids
            : pinned(target, other) + ids;
    return new Pair(target, other, link, context(List.of(target, other)));
  }

  /** Without its key, an id is not unique. */
  private String pinned(Relation target, Relation other) {
    String text = "";
    for (Relation relation : List.of(target, other)) {
      ShardKey key = relation.key();
      if (key != null) {
        text +=
            key.column().sql()
                + " = "
                + DrawnKeys.typed(context(List.of()), key.domain())
                + " AND ";
      }
    }
    return text;
  }

  private String more(Pair pair) {
    return dice.chance(50) ? " AND " + DrawnConditions.of(pair.context()) : "";
  }

  private String value(Context context, SqlType type) {
    return Values.column(context, type);
  }

  private String assigned(Context context, SqlType type) {
    return damaged ? type.literal(dice) : value(context, type);
  }

  private GeneratedTable anyTable() {
    GeneratedSchema schema = draft.schema();
    return dice.pick(dice.chance(75) ? schema.sharded() : schema.tables());
  }

  private Context context(List<Relation> scope) {
    return new Context(draft, scope, 1);
  }
}
