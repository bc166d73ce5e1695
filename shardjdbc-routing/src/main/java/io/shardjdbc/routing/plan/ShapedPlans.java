package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.read.RestOfText;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.plan.write.PartFirst;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import org.jspecify.annotations.Nullable;

/**
 * Plans of texts that were never seen, made of the plan of another one of their {@link TextShape}:
 * point reads whose keys are written into them.
 *
 * <p>A text of the shape in which all numbers differ is planned as any other. If its plan is one
 * that the text pins to keys, then each key column is equal to one number, whichever that is: the
 * proof follows from {@code key = number}, which all texts of the shape have at the same place. All
 * else that the plan knows (effect, tables, views, code that is looked into) comes from what the
 * texts have in common. What it may need of a text's own is planned for that text when its values
 * ask for it, from the text as it is. A server is always sent the caller's text.
 *
 * <p>Thread-safe.
 */
final class ShapedPlans {

  /** What was found out about a shape. */
  private static final class Shaped {
    private volatile boolean seen;
    private volatile boolean tried;
    private volatile @Nullable RowPlan sample;
    private @Nullable TextShape shape;
  }

  private final PlanCache<Shaped> shapes;

  /**
   * @param size how many shapes are kept at least
   */
  ShapedPlans(int size) {
    this.shapes = new PlanCache<>(size, (shape, made) -> 1024 + shape.length() * 32L);
  }

  /**
   * The plan of a text.
   *
   * @param tables the tables by a map of several shards
   * @param version the version of the catalog that tables are known by
   * @return null where the text is to be planned by itself
   */
  @Nullable Plan plan(String sql, Hint hint, Tables tables, long version) {
    TextShape shape = TextShape.of(sql);
    if (shape == null) {
      return null;
    }
    Shaped shaped = shapes.get(shape.text(), hint, version, (text, h) -> new Shaped());
    if (!shaped.seen) {
      shaped.seen = true; // most texts have a shape of their own
      return null;
    }
    if (!shaped.tried) {
      learn(shaped, shape.sample(), hint, tables);
    }
    RowPlan sample = shaped.sample;
    TextShape its = shaped.shape;
    if (sample == null || its == null) {
      return null;
    }
    Targets pinned = sample.pinnedByText();
    Targets targets =
        pinned == null
            ? null
            : pinned.with(
                literal -> {
                  int number = its.numberAt(literal.span().start());
                  return number < 0
                      ? literal
                      : new Expr.Literal(literal.kind(), shape.number(sql, number), literal.span());
                });
    return targets == null
        ? null
        : sample.like(
            sql,
            targets,
            new RestOfText(tables, sql, true, QuestionMarks.PARAMETERS, PartFirst::plan));
  }

  private static void learn(Shaped shaped, String sql, Hint hint, Tables tables) {
    TextPlanner planner = new TextPlanner(tables, false, hint);
    Found<Plan> found = Trial.of(() -> planner.make(sql, QuestionMarks.PARAMETERS));
    if (found.orNull() instanceof RowPlan plan
        && plan.effect() != Effect.WRITE
        && plan.sql().equals(sql)
        && plan.pinnedByText() != null) {
      shaped.shape = TextShape.of(sql);
      shaped.sample = plan;
    }
    shaped.tried = true;
  }

  /** Forgets everything. */
  void clear() {
    shapes.clear();
  }
}
