package io.shardjdbc.catalog;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.sql.text.NamesInText;
import io.shardjdbc.routing.sql.text.SessionWords;
import io.shardjdbc.routing.sql.text.SettingNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks a server which of its functions may leave something in the session that runs them, what else
 * runs these, and which settings are named there and asked for.
 *
 * <p>The sources are in the catalog. One that names nothing by which a session is changed, in SQL
 * or PL/pgSQL, changes none; another language, or a text that is put together when it runs, may do
 * anything. From there names spread: a function whose source has the name of a suspect is one, so
 * is a table with a trigger, rule, default, check, policy or cascading foreign key that has, and a
 * view. It is a question of names, whatever they are names of, so that it errs on one side only.
 */
final class SuspectsQuery {

  private static final String USERS_FUNCTIONS =
      """
        FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
       WHERE p.pronamespace <> 'pg_catalog'::regnamespace
         AND p.pronamespace <> 'information_schema'::regnamespace
         AND p.prokind <> 'a'
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                           AND d.objid = p.oid AND d.deptype = 'e' AND p.proname !~ '^dblink')
      """;

  private static final String SOURCE = "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)";

  private static final String FIRST =
      "SELECT p.proname, l.lanname IN ('sql', 'plpgsql', 'internal'), "
          + SOURCE
          + ", coalesce(array_to_string(p.proconfig, ','), '')"
          + USERS_FUNCTIONS;

  /** Who uses what, and how: in a function, or for whoever reads or writes. */
  private static final String REST =
      "SELECT p.proname, "
          + SOURCE
          + ", 'f'"
          + USERS_FUNCTIONS
          + """
          UNION ALL
          SELECT p.proname, concat_ws(' ', f.aggtransfn, f.aggfinalfn, f.aggcombinefn,
                                      f.aggmtransfn, f.aggminvtransfn, f.aggmfinalfn), 'f'
            FROM pg_aggregate f JOIN pg_proc p ON p.oid = f.aggfnoid
           WHERE p.pronamespace <> 'pg_catalog'::regnamespace
          UNION ALL
          SELECT c.relname, quote_ident(p.proname), 'w'
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
           WHERE NOT t.tgisinternal
          UNION ALL
          SELECT c.relname, pg_get_ruledef(r.oid), CASE r.ev_type WHEN '1' THEN 'r' ELSE 'w' END
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
           WHERE c.relnamespace <> 'pg_catalog'::regnamespace
             AND c.relnamespace <> 'information_schema'::regnamespace
          UNION ALL
          SELECT c.relname, concat_ws(' ', pg_get_expr(p.polqual, p.polrelid),
                                       pg_get_expr(p.polwithcheck, p.polrelid)), 'r'
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
          UNION ALL
          SELECT c.relname, pg_get_expr(e.adbin, e.adrelid), CASE a.attgenerated WHEN '' THEN 'w' ELSE 'r' END
            FROM pg_attrdef e JOIN pg_class c ON c.oid = e.adrelid
            JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
          UNION ALL
          SELECT c.relname, pg_get_indexdef(i.indexrelid), 'r'
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
           WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
          UNION ALL
          SELECT c.relname, pg_get_constraintdef(k.oid), 'w'
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'c'
          UNION ALL
          SELECT c.relname, quote_ident(w.relname), 'w'
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid
            JOIN pg_class w ON w.oid = k.conrelid
           WHERE k.contype = 'f' AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))
          UNION ALL
          SELECT a.relname, quote_ident(b.relname), 'r'
            FROM pg_inherits h JOIN pg_class a ON a.oid = h.inhparent
            JOIN pg_class b ON b.oid = h.inhrelid
          UNION ALL
          SELECT '*', o.oprcode::text, 'r' FROM pg_operator o
           WHERE o.oprnamespace <> 'pg_catalog'::regnamespace
          UNION ALL
          SELECT '*', k.castfunc::regproc::text, 'r' FROM pg_cast k WHERE k.oid >= 16384 AND k.castfunc <> 0
          UNION ALL
          SELECT '*', pg_get_constraintdef(k.oid), 'r' FROM pg_constraint k WHERE k.contypid <> 0
          UNION ALL
          SELECT '*', concat_ws(' ', t.typinput, t.typoutput, pg_get_expr(t.typdefaultbin, 0)),
                 'r'
            FROM pg_type t WHERE t.typnamespace <> 'pg_catalog'::regnamespace
          UNION ALL
          SELECT '*', quote_ident(p.proname), 'w' FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid
          """;

  /** By which settings are read. */
  private static final Set<String> QUESTIONS =
      Set.of("current_setting", "show", "pg_settings", "pg_show_all_settings");

  private static final String USUAL =
      """
      SELECT name, current_setting(name, true) FROM unnest(?::text[]) AS name
       WHERE name LIKE '%.%' AND current_setting(name, true) IS NOT NULL
      """;

  private static final Pattern WITH_DOTS = Pattern.compile("(?:^|,)([^=,]*\\.[^=,]*)=");

  private SuspectsQuery() {}

  /**
   * One use.
   *
   * @param byWriting whether only a statement that writes runs it: a trigger does not fire for
   *     those who read its table
   */
  private record Use(String by, Set<String> names, boolean byWriting) {}

  /**
   * What the catalogue says.
   *
   * @param leaving the names of what may leave something in a session
   * @param leavingByReading those of them by which a statement that only reads may do so
   * @param asking the names of what may ask for a setting, with those by which settings are read
   * @param settings the names of settings that either of them has; none where nothing leaves
   *     anything
   * @param usual what those without a definition are in a session that has set nothing, where they
   *     are anything
   */
  record Found(
      Set<String> leaving,
      Set<String> leavingByReading,
      Set<String> asking,
      Set<String> settings,
      Map<String, String> usual) {

    private static final Set<String> ALL = Set.of(Suspects.ANYTHING);

    static final Found NOTHING = new Found(Set.of(), Set.of(), QUESTIONS, Set.of(), Map.of());

    static final Found ANYTHING = new Found(ALL, ALL, ALL, Set.of(), Map.of());
  }

  /** What the catalogue of a server says; empty where it does not tell. */
  static Optional<Found> read(Connection connection) throws SQLException {
    try {
      return Optional.of(found(connection));
    } catch (SQLException e) {
      if (SqlErrors.isConnectionLost(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Found found(Connection connection) throws SQLException {
    Set<String> suspects = new HashSet<>();
    Set<String> asking = new HashSet<>(QUESTIONS);
    Set<String> settings = new HashSet<>();
    try (PreparedStatement first = connection.prepareStatement(FIRST);
        ResultSet rows = first.executeQuery()) {
      while (rows.next()) {
        String source = String.valueOf(rows.getString(3));
        boolean known = rows.getBoolean(2);
        Set<String> ofItself = withDots(rows.getString(4));
        settings.addAll(ofItself);
        if (!known || SessionWords.in(source) || !ofItself.isEmpty()) {
          suspects.add(folded(rows.getString(1)));
          settings.addAll(SettingNames.in(source));
        }
        if (!known) {
          asking.add(folded(rows.getString(1)));
        }
      }
    }
    if (suspects.isEmpty()) {
      return Found.NOTHING;
    }
    Set<String> routines = new HashSet<>(suspects);
    List<Use> uses = uses(suspects, routines, settings, connection);
    spread(suspects, uses);
    spread(asking, uses);
    return new Found(
        Set.copyOf(suspects),
        byReading(suspects, routines, uses),
        Set.copyOf(asking),
        Set.copyOf(settings),
        usual(settings, connection));
  }

  /** A function may write, so that it may leave what any that it names leaves. */
  private static Set<String> byReading(Set<String> suspects, Set<String> routines, List<Use> uses) {
    Set<String> names = new HashSet<>(routines);
    names.retainAll(suspects);
    spread(names, uses.stream().filter(use -> !use.byWriting()).toList());
    return Set.copyOf(names);
  }

  private static Map<String, String> usual(Set<String> settings, Connection connection)
      throws SQLException {
    Map<String, String> usual = new HashMap<>();
    try (PreparedStatement question = connection.prepareStatement(USUAL)) {
      question.setArray(1, connection.createArrayOf("text", settings.toArray()));
      try (ResultSet rows = question.executeQuery()) {
        while (rows.next()) {
          usual.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return Map.copyOf(usual);
  }

  /** Who uses what; whose text cannot be read is a suspect itself. */
  private static List<Use> uses(
      Set<String> suspects, Set<String> routines, Set<String> settings, Connection connection)
      throws SQLException {
    List<Use> uses = new ArrayList<>();
    try (PreparedStatement rest = connection.prepareStatement(REST);
        ResultSet rows = rest.executeQuery()) {
      while (rows.next()) {
        String by = folded(rows.getString(1));
        String text = rows.getString(2);
        boolean byWriting = "w".equals(rows.getString(3));
        if ("f".equals(rows.getString(3))) {
          routines.add(by);
        }
        if (text != null) {
          SettingNames.in(text).stream()
              .filter(name -> name.indexOf('.') > 0)
              .forEach(settings::add);
          NamesInText.of(text)
              .ifPresentOrElse(
                  names -> uses.add(new Use(by, names, byWriting)),
                  () -> {
                    suspects.add(by);
                    if (!byWriting) {
                      routines.add(by); // as if it were one
                    }
                  });
        }
      }
    }
    return uses;
  }

  /** Adds to some names those of what uses them, and so on. */
  private static void spread(Set<String> names, List<Use> uses) {
    boolean more = true;
    while (more) {
      more = false;
      for (Use use : uses) {
        if (!names.contains(use.by()) && use.names().stream().anyMatch(names::contains)) {
          more |= names.add(use.by());
        }
      }
    }
  }

  /** Settings without a definition that a function has while it runs: each leaves its trace. */
  private static Set<String> withDots(String configuration) {
    return WITH_DOTS
        .matcher(configuration)
        .results()
        .map(found -> folded(found.group(1)))
        .collect(Collectors.toSet());
  }

  /** As {@link NamesInText} has it. */
  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
