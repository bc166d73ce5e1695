package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.RoutingConfiguration;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a part of a corpus makes, found by running its definitions on a database of their
 * own, and how each is declared: mostly sharded by its first column that can be a key, sometimes by
 * another, copied to all shards, or on one.
 */
final class CorpusTables {

  /** Tables, with the columns that every unique index has too: others would hold on one shard. */
  private static final String FOUND =
      """
      SELECT n.nspname, c.relname,
        (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           AND a.atttypid IN (20, 21, 23, 25, 1043, 1082, 1114, 1184, 1700, 2950)
           AND a.attname ~ '^[a-z_][a-z0-9_]*$'
           AND NOT EXISTS (
             SELECT FROM (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) p (part)
             JOIN pg_index i ON i.indrelid = part AND i.indisunique
             JOIN pg_attribute k ON k.attrelid = part AND k.attname = a.attname
             WHERE k.attnum <> ALL (i.indkey))),
        (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
         WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema'
      """;

  private static final String COLUMNS =
      """
      SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', '
        ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0
      """;

  private final Random random;
  private final Map<String, List<String>> found = new LinkedHashMap<>();
  private final Map<String, Integer> drawn = new HashMap<>();
  private final Map<String, String> parents = new HashMap<>();
  private final Map<String, String> columns = new HashMap<>();

  CorpusTables(long seed) {
    this.random = new Random(seed);
  }

  /** Runs the definitions, and looks which tables there are after each. */
  void look(Connection scratch, List<String> statements) throws SQLException {
    for (String text : statements) {
      CorpusStatement statement = new CorpusStatement(text);
      if (statement.isDefinition()) {
        Savepoint before = scratch.setSavepoint();
        try (Statement definition = scratch.createStatement()) {
          definition.execute(statement.lasting());
          look(definition, statement);
          scratch.releaseSavepoint(before);
        } catch (SQLException expected) {
          scratch.rollback(before); // corpora try what has to fail, too
        }
      }
    }
  }

  private void look(Statement statement, CorpusStatement definition) throws SQLException {
    if (definition.tokens().get(0).isTop("drop")) {
      return;
    }
    try (ResultSet tables = statement.executeQuery(FOUND)) {
      while (tables.next()) {
        String schema = tables.getString(1);
        String name = (schema.equals("public") ? "" : schema + ".") + tables.getString(2);
        Object array = tables.getArray(3) == null ? new String[0] : tables.getArray(3).getArray();
        if (plain(name)) {
          // A key is what every table of that name has, and keeps.
          found.merge(name, List.of((String[]) array), CorpusTables::both);
          if (tables.getString(4) != null) {
            parents.putIfAbsent(name, tables.getString(4));
          }
        }
      }
    }
    if (definition.queryOfTable().isPresent()) {
      String name = tableOf(definition);
      try (var columnsOf = statement.getConnection().prepareStatement(COLUMNS)) {
        columnsOf.setString(1, name);
        try (ResultSet row = columnsOf.executeQuery()) {
          if (row.next() && row.getString(1) != null) {
            columns.put(definition.sql(), name + " (" + row.getString(1) + ")");
          }
        }
      }
    }
  }

  private static List<String> both(List<String> one, List<String> other) {
    return one.stream().filter(other::contains).toList();
  }

  /** Whether it is a name to declare, and no system catalogue's, which would be found first. */
  private static boolean plain(String name) {
    return !name.startsWith("pg_") && name.matches("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?");
  }

  private static String tableOf(CorpusStatement definition) {
    List<Token> tokens = definition.tokens();
    int at = 1;
    while (!tokens.get(at).isTop("table")) {
      at++;
    }
    boolean ifNot = tokens.get(at + 1).isTop("if");
    Token name = tokens.get(at + (ifNot ? 4 : 1));
    return definition.sql().substring(name.start(), name.end());
  }

  /** For CREATE TABLE .. AS, the table's name and columns; null if there is nothing known of it. */
  @Nullable String columnsOf(CorpusStatement definition) {
    return columns.get(definition.sql());
  }

  List<String> names() {
    return List.copyOf(found.keySet());
  }

  /** The same names without schemas. */
  List<String> simpleNames() {
    return found.keySet().stream().map(CorpusTables::simple).toList();
  }

  static String simple(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /** What inherits from a table lies where that one does. */
  private String root(String name) {
    String root = name;
    for (int i = 0; parents.containsKey(root) && i < 9; i++) {
      root = parents.get(root);
    }
    return root;
  }

  /** The columns that all of a family can be sharded by. */
  private Map<String, List<String>> keys() {
    Map<String, List<String>> keys = new HashMap<>();
    found.forEach((name, own) -> keys.merge(root(name), own, CorpusTables::both));
    return keys;
  }

  void declare(RoutingConfiguration.Builder tables) {
    Map<String, List<String>> keysOf = keys();
    found.forEach(
        (name, own) -> {
          String root = root(name);
          List<String> keys = keysOf.getOrDefault(root, own);
          int draw = drawn.computeIfAbsent(root, any -> random.nextInt(100));
          if (keys.size() > 0 && draw < 70) {
            tables.sharded(name, keys.get(0));
          } else if (keys.size() > 0 && draw < 82) {
            tables.sharded(name, keys.get(draw % keys.size()));
          } else if (draw % 2 == 0) {
            tables.reference(name);
          } else {
            tables.single(name, "s0");
          }
        });
    tables.defaultShard("s0");
  }
}
