package io.shardjdbc.catalog;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which statements may leave something in the session of the server that runs them: a setting, a
 * lock, a temporary table, made by a function or a trigger.
 *
 * <p>A connection on which one ran serves nobody else afterwards, so that what is not known must
 * not pass for harmless; and most databases have no function that changes a session, so that their
 * statements are not even looked at. Thread-safe.
 */
public final class SessionTraces {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Suspects NONE = new Suspects(-1, Set.of());

  private final ShardCatalog catalog;
  private final AtomicLong nextTry = new AtomicLong(System.nanoTime());
  private volatile @Nullable Suspects known;

  public SessionTraces(ShardCatalog catalog) {
    this.catalog = catalog;
  }

  /** Whether what a route runs may leave something on its servers. */
  public boolean mayBeLeftBy(Route route) {
    if (route.session() != null) {
      return false; // it is known what it sets
    }
    Suspects now = suspects();
    if (route.effect() == Effect.READ && now.areNone()) {
      return false; // it sets nothing
    }
    DirectRoute direct = route.direct();
    if (direct == null) {
      return true; // its texts are not known yet
    }
    List<ShardStatement> statements = direct.statements();
    for (int i = 0; i < statements.size(); i++) {
      if (now.mayBeLeftBy(statements.get(i).sql())) {
        return true;
      }
    }
    return !now.areNone()
        && route.written().stream().anyMatch(name -> now.include(name.get(name.size() - 1)));
  }

  /** Whether a statement that runs on a server may leave something there. */
  public boolean mayBeLeftBy(String sql) {
    return suspects().mayBeLeftBy(sql);
  }

  private Suspects suspects() {
    long changes = catalog.changes();
    Suspects now = known;
    if (now == null || now.changes() != changes) {
      if (System.nanoTime() - nextTry.get() < 0) {
        return now == null ? NONE : now;
      }
      try {
        now =
            new Suspects(
                changes, catalog.ask(SuspectsQuery::read).orElse(Set.of(Suspects.ANYTHING)));
      } catch (RoutingException e) {
        // No primary answers. What replicas run meanwhile writes nothing, and was known before.
        nextTry.set(System.nanoTime() + PAUSE.toNanos());
        return now == null ? NONE : now;
      }
      known = now;
    }
    return now;
  }
}
