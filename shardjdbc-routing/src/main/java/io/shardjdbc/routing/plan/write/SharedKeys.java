package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.route.Refusal;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tables whose placement gives some keys several owners: which owner takes a new row, and what a
 * statement cannot know there.
 *
 * <p>Whether a key has a row already, one owner alone cannot say: a constraint that one server
 * checks sees that owner's rows only.
 */
final class SharedKeys {
  private SharedKeys() {}

  /** Refuses what has to know all rows of a key before it writes one; else null. */
  static @Nullable Refusal refuse(TableVariable target, String what) {
    return target.table() instanceof Table.Sharded sharded && sharded.placement().sharesKeys()
        ? Refusal.of(ErrorCode.KEY_SHARED, what + " into table " + sharded.displayName())
        : null;
  }

  /** A number for the choice of an owner, one for all rows of a statement. */
  static long draw() {
    return ThreadLocalRandom.current().nextLong();
  }
}
