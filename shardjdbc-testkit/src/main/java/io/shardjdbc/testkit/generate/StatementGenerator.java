package io.shardjdbc.testkit.generate;

import io.shardjdbc.testkit.twin.Trial;
import java.util.List;

/**
 * Makes statements over a {@link GeneratedSchema}, each of its seed and number alone.
 *
 * <p>Nearly all of them are valid on PostgreSQL 15 and later. Immutable.
 */
public final class StatementGenerator {

  private static final int DEPTH = 2;
  private static final long IDS = 1_000;

  private final long seed;
  private final GeneratedSchema schema;

  /** Statements of a seed over the schema of that seed. */
  public StatementGenerator(long seed) {
    this.seed = seed;
    this.schema = GeneratedSchema.of(seed);
  }

  /** The schema that the statements are for. */
  public GeneratedSchema schema() {
    return schema;
  }

  /** A query. */
  public Trial query(int number) {
    Draft draft = draft(number);
    return varied(draft, draft.finish(querySql(draft)));
  }

  /** An INSERT, UPDATE, DELETE or MERGE; it gives its new rows ids that no other number gives. */
  public Trial write(int number) {
    Draft draft = draft(number);
    return draft.finish(new Writes(draft, IDS * (number + 1), false).sql());
  }

  /** A query or a write, damaged: most are no longer valid, and some mean something else. */
  public Trial mutant(int number) {
    Draft draft = draft(number);
    String sql =
        draft.dice().chance(70)
            ? querySql(draft)
            : new Writes(draft, IDS * (number + 1), true).sql();
    String mutated = new Mutation(draft.dice()).of(sql);
    return Draft.finish(mutated, draft.parameters(), draft.isPlain());
  }

  private Draft draft(int number) {
    Dice dice = new Dice(seed * 1_000_003 + number);
    return new Draft(dice, schema, dice.chance(25));
  }

  private static String querySql(Draft draft) {
    Context context = new Context(draft, List.of(), draft.dice().below(DEPTH + 1));
    if (draft.dice().chance(4)) {
      return Selects.distinctOn(context).sql();
    }
    DrawnQuery query = Queries.of(context);
    return query.sql() + QueryEndings.of(draft, query);
  }

  private static Trial varied(Draft draft, Trial trial) {
    Dice dice = draft.dice();
    Trial varied = dice.chance(10) ? trial.withFetchSize(dice.between(1, 5)) : trial;
    return dice.chance(0) ? varied.withMaxRows(dice.between(1, 6)) : varied;
  }
}
