package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.twin.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Writes ORDER BY, LIMIT and their kin at the end of the outermost query. */
final class QueryEndings {

  private QueryEndings() {}

  static String of(Draft draft, DrawnQuery query) {
    Dice dice = draft.dice();
    boolean ordered = dice.chance(55);
    String order = ordered ? orderBy(dice, query) : "";
    return order + (dice.chance(35) ? limit(draft, ordered) : "");
  }

  private static String orderBy(Dice dice, DrawnQuery query) {
    List<String> items = new ArrayList<>();
    boolean everything = dice.chance(50);
    int count = everything ? query.columns().size() : dice.between(1, 2);
    for (int i = 0; i < count; i++) {
      int column = everything ? i : dice.below(query.columns().size());
      items.add(
          item(dice, query, column)
              + dice.pick("", "", " ASC", " DESC")
              + dice.pick("", "", "", " NULLS FIRST", " NULLS LAST"));
    }
    return " ORDER BY " + String.join(", ", items);
  }

  private static String item(Dice dice, DrawnQuery query, int column) {
    String name = query.columns().get(column).name();
    if (name != null && dice.chance(40)) {
      return name;
    } else if (!query.sortKeys().isEmpty() && dice.chance(35)) {
      return dice.pick(query.sortKeys());
    }
    return Integer.toString(column + 1);
  }

  private static String limit(Draft draft, boolean ordered) {
    Dice dice = draft.dice();
    int count = dice.pick(List.of(0, 1, 2, 3, 5, 10, 1000));
    int skipped = dice.pick(List.of(0, 1, 2, 7, 100));
    return dice.one(
        () -> " LIMIT " + number(draft, count),
        () -> " LIMIT " + number(draft, count),
        () -> " LIMIT " + number(draft, count) + " OFFSET " + number(draft, skipped),
        () -> " OFFSET " + number(draft, skipped) + " LIMIT " + number(draft, count),
        () -> " OFFSET " + number(draft, skipped),
        () -> " LIMIT ALL",
        () -> " LIMIT NULL",
        () -> " FETCH FIRST ROW ONLY",
        () -> " OFFSET " + skipped + " ROWS FETCH NEXT " + count + " ROWS ONLY",
        () -> ordered ? " FETCH FIRST " + count + " ROWS WITH TIES" : " LIMIT 3",
        () -> " LIMIT 2 + 1");
  }

  private static String number(Draft draft, int number) {
    Dice dice = draft.dice();
    if (draft.isPlain() || dice.chance(60)) {
      return Integer.toString(number);
    }
    return draft.parameter(dice.one(() -> Parameter.of(number), () -> Parameter.of((long) number)));
  }
}
