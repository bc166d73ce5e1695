package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.Relation.ShardKey;
import java.util.ArrayList;
import java.util.List;

/** Writes FROM: tables, derived tables and functions, joined in every way. */
final class FromClauses {

  /** A FROM clause, without the word, and what it brings into scope. */
  record From(String text, List<Relation> relations) {
    From {
      relations = List.copyOf(relations);
    }
  }

  private FromClauses() {}

  /** One to three relations. */
  static From of(Context context) {
    Dice dice = context.dice();
    From from = first(context);
    int joins = context.depth() < 1 ? 0 : dice.pick(List.of(0, 0, 0, 1, 1, 1, 2));
    for (int i = 0; i < joins; i++) {
      from = join(context, from);
    }
    return from;
  }

  /** One table, or a view. */
  static Relation table(Context context) {
    Dice dice = context.dice();
    GeneratedSchema schema = context.draft().schema();
    if (dice.chance(5)) {
      return schema.view(context.draft().alias("t"));
    }
    GeneratedTable table = dice.pick(dice.chance(70) ? schema.sharded() : schema.tables());
    return table.as(context.draft().alias("t"));
  }

  private static From first(Context context) {
    Relation relation = relation(context, context);
    return new From(relation.from(), List.of(relation));
  }

  private static Relation relation(Context context, Context visible) {
    Dice dice = context.dice();
    if (context.depth() > 0 && dice.chance(15)) {
      return derived(context, visible);
    } else if (dice.chance(4)) {
      return function(context);
    }
    return table(context);
  }

  private static Relation derived(Context context, Context visible) {
    Dice dice = context.dice();
    boolean lateral = !visible.scope().equals(context.scope()) && dice.chance(50);
    Context inner = lateral ? visible.deeper() : context.deeper();
    DrawnQuery query = Queries.of(inner);
    String alias = context.draft().alias("d");
    boolean renamed = !query.hasOwnNames() || dice.chance(50);
    String from =
        "%s(%s) AS %s%s"
            .formatted(lateral ? "LATERAL " : "", query.sql(), alias, renamed ? query.names() : "");
    return query.as(alias, from, renamed);
  }

  private static Relation function(Context context) {
    String alias = context.draft().alias("f");
    return context
        .dice()
        .one(
            () -> call(alias, "generate_series(1, 4) AS " + alias + "(x0)", SqlType.INT4),
            () -> call(alias, "unnest(array[3, 1, 2]) AS " + alias + "(x0)", SqlType.INT4),
            () -> call(alias, "(VALUES ('a'), ('b')) AS " + alias + "(x0)", SqlType.TEXT));
  }

  private static Relation call(String alias, String from, SqlType type) {
    return new Relation(alias, from, List.of(new Relation.Col(alias + ".x0", type)), null, null);
  }

  private static From join(Context context, From left) {
    Dice dice = context.dice();
    Relation right = relation(context, context.inside(left.relations()));
    List<Relation> both = new ArrayList<>(left.relations());
    both.add(right);
    boolean lateral = right.from().startsWith("LATERAL");
    String kind =
        lateral
            ? dice.pick(" JOIN ", " LEFT JOIN ")
            : dice.pick(
                " JOIN ", " JOIN ", " LEFT JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ");
    if (dice.chance(8)) {
      return new From(left.text() + " CROSS JOIN " + right.from(), both);
    }
    // FULL JOIN takes only conditions that can be merged or hashed.
    boolean full = kind.contains("FULL");
    String on = equality(context, left.relations(), right);
    if (!full && dice.chance(25)) {
      on += " AND " + DrawnConditions.of(context.inside(both).deeper());
    } else if (!full && dice.chance(5)) {
      on = "(" + DrawnConditions.of(context.inside(both).deeper()) + ") AND " + on;
    }
    String text = left.text() + kind + right.from() + " ON " + on;
    return new From(text, both);
  }

  /** An equality of columns, of shard keys in most cases. */
  private static String equality(Context context, List<Relation> left, Relation right) {
    Dice dice = context.dice();
    ShardKey key = right.key();
    List<Relation> partners =
        Relation.keyed(left).stream()
            .filter(r -> key != null && r.key() != null && r.key().domain() == key.domain())
            .toList();
    ShardKey partner = partners.isEmpty() ? null : dice.pick(partners).key();
    if (key != null && partner != null && dice.chance(70)) {
      String one = partner.column().sql();
      String other = key.column().sql();
      return dice.chance(50) ? one + " = " + other : other + " = " + one;
    }
    List<Relation.Col> candidates =
        right.columns().stream().filter(c -> !Relation.columns(left, c.type()).isEmpty()).toList();
    if (candidates.isEmpty()) {
      return "1 = 1";
    }
    Relation.Col column = dice.pick(candidates);
    return dice.pick(Relation.columns(left, column.type())).sql() + " = " + column.sql();
  }
}
