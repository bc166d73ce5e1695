package io.shardjdbc.catalog;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.text.NamesInText;
import io.shardjdbc.routing.sql.text.SettingNames;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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

  /** What a statement itself may call; all else of the kind is planned as what it is. */
  private static final Set<String> BUILT_IN =
      Set.of("set_config", "setseed", "set_limit", "isn_weak");

  private static final Set<String> ABOUT_SETTINGS =
      Set.of("set_config", "current_setting", "show", "pg_settings", "do");

  /** What a statement does that fires no trigger. */
  private static final Set<Effect> READING =
      EnumSet.of(Effect.READ, Effect.READ_ON_PRIMARY, Effect.LOCK);

  private static final Known NONE = Known.of(-1, SuspectsQuery.Found.NOTHING);

  private final ShardCatalog catalog;
  private final AtomicLong nextTry = new AtomicLong(System.nanoTime());
  private final TextAnswers<Set<String>> named = new TextAnswers<>(SessionTraces::settingsIn);
  private volatile @Nullable Known known;

  /**
   * What one version of the schema has.
   *
   * @param leaving what may leave something in a session
   * @param leavingByReading what of it a statement runs that only reads
   * @param asking what may ask for a setting
   * @param found the settings that are set or asked for
   */
  private record Known(
      long changes,
      Suspects leaving,
      Suspects leavingByReading,
      Suspects asking,
      SuspectsQuery.Found found) {

    static Known of(long changes, SuspectsQuery.Found found) {
      return new Known(
          changes,
          new Suspects(BUILT_IN, found.leaving()),
          new Suspects(BUILT_IN, found.leavingByReading()),
          new Suspects(Set.of(), found.asking()),
          found);
    }
  }

  public SessionTraces(ShardCatalog catalog) {
    this.catalog = catalog;
  }

  /** Whether what a route runs may leave something on its servers. */
  public boolean mayBeLeftBy(Route route) {
    if (route.session() != null) {
      return false; // it is known what it sets
    }
    Suspects its =
        READING.contains(route.effect()) ? known().leavingByReading() : known().leaving();
    if (route.effect() == Effect.READ && its.areNone()) {
      return false; // it sets nothing
    }
    return mayRun(route, its);
  }

  /** Whether what a route runs may ask for a setting. */
  public boolean mayAsk(Route route) {
    return mayRun(route, known().asking());
  }

  /** The names of settings that functions set, and that functions, policies and views ask for. */
  public Set<String> settings() {
    return known().found().settings();
  }

  /**
   * The names of settings that the texts of a route may have: any with a dot, and others where the
   * text sets settings or asks for them; else a string is not likely to be one.
   */
  public Set<String> settingsIn(Route route) {
    DirectRoute direct = route.direct();
    if (direct == null) {
      return Set.of();
    }
    Set<String> names = Set.of();
    for (ShardStatement statement : direct.statements()) {
      Set<String> its = named.of(statement.sql());
      if (!names.containsAll(its)) {
        names = new LinkedHashSet<>(names);
        names.addAll(its);
      }
    }
    return names;
  }

  private static Set<String> settingsIn(String sql) {
    Set<String> names = new LinkedHashSet<>(SettingNames.in(sql));
    Set<String> words = NamesInText.of(sql).orElse(Set.of());
    if (ABOUT_SETTINGS.stream().noneMatch(words::contains)) {
      names.removeIf(name -> name.indexOf('.') < 0);
    }
    return Collections.unmodifiableSet(names);
  }

  /** What a setting without a definition is in a session that has set nothing; null for nothing. */
  public @Nullable String usual(String setting) {
    return known().found().usual().get(setting);
  }

  private static boolean mayRun(Route route, Suspects now) {
    DirectRoute direct = route.direct();
    if (direct == null) {
      return true; // its texts are not known yet
    }
    List<ShardStatement> statements = direct.statements();
    for (int i = 0; i < statements.size(); i++) {
      if (now.mayBeRunBy(statements.get(i).sql())) {
        return true;
      }
    }
    return !now.areNone()
        && route.written().stream().anyMatch(name -> now.include(name.get(name.size() - 1)));
  }

  /** Whether a statement that runs on a server may leave something there. */
  public boolean mayBeLeftBy(String sql) {
    return known().leaving().mayBeRunBy(sql);
  }

  private Known known() {
    long changes = catalog.changes();
    Known now = known;
    if (now == null || now.changes() != changes) {
      if (System.nanoTime() - nextTry.get() < 0) {
        return now == null ? NONE : now;
      }
      try {
        Optional<SuspectsQuery.Found> found = catalog.ask(SuspectsQuery::read);
        if (found.isEmpty()) {
          nextTry.set(System.nanoTime() + PAUSE.toNanos());
        }
        now =
            found
                .map(all -> Known.of(changes, all))
                .orElseGet(() -> Known.of(-1, SuspectsQuery.Found.ANYTHING)); // until it is known
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
