package io.shardjdbc.testkit.generate;

/** Writes a query of any form. */
final class Queries {

  private Queries() {}

  /** A query, without ORDER BY and LIMIT at its end. */
  static DrawnQuery of(Context context) {
    Dice dice = context.dice();
    if (context.depth() < 1) {
      return dice.chance(75) ? Selects.of(context) : Groupings.of(context);
    }
    return switch (dice.below(20)) {
      case 0, 1, 2, 3, 4 -> Groupings.of(context);
      case 5, 6 -> WindowQueries.of(context);
      case 7, 8 -> SetOperations.of(context);
      case 9, 10 -> WithQueries.of(context);
      default -> Selects.of(context);
    };
  }
}
