package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.generate.DrawnQuery.Out;
import java.util.ArrayList;
import java.util.List;

/** Writes UNION, INTERSECT and EXCEPT, and VALUES. */
final class SetOperations {

  private SetOperations() {}

  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    List<SqlType> types =
        dice.some(
            List.of(SqlType.INT4, SqlType.TEXT, SqlType.NUMERIC, SqlType.INT8, SqlType.BOOL),
            dice.between(1, 3));
    String sql = branch(context, types);
    int more = dice.pick(List.of(1, 1, 1, 2));
    for (int i = 0; i < more; i++) {
      String operator = dice.pick("UNION ALL", "UNION ALL", "UNION", "INTERSECT", "EXCEPT");
      String all = operator.endsWith("ALL") || !dice.chance(20) ? "" : " ALL";
      sql = sql + " " + operator + all + " " + branch(context, types);
    }
    return new DrawnQuery(sql, types.stream().map(t -> new Out(null, t, null)).toList(), List.of());
  }

  private static String branch(Context context, List<SqlType> types) {
    Dice dice = context.dice();
    if (dice.chance(8)) {
      return values(context, types);
    }
    String select = Selects.of(context.deeper(), types).sql();
    return dice.chance(10) ? "(" + select + ")" : select;
  }

  private static String values(Context context, List<SqlType> types) {
    List<String> rows = new ArrayList<>();
    int count = context.dice().between(1, 3);
    for (int i = 0; i < count; i++) {
      List<String> row = types.stream().map(type -> type.literal(context.dice())).toList();
      rows.add("(" + String.join(", ", row) + ")");
    }
    return "VALUES " + String.join(", ", rows);
  }
}
