package io.shardjdbc.catalog;

import io.shardjdbc.config.SchemaSettings;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells the constraints of declared tables that hold on each shard only: two shards can break them
 * together, or one of them refuses what is right.
 *
 * <p>A uniqueness holds for all shards where it contains the shard key and each key has one owner,
 * or where a column of it gets its values from a sequence, which counts in one place, or is made of
 * random bits. Those are unique in fact, as long as nobody gives values of another making.
 */
public final class ConstraintRules {

  /** A constraint that holds on each shard only. */
  public record Apart(Table table, boolean unique, String name) {}

  /** A foreign key; the i-th column refers to the i-th of the other table. */
  private record ForeignKey(List<String> columns, List<String> other, List<String> otherColumns) {}

  /** A table, with its partitions and children, each of which may have constraints of its own. */
  private static final String TREE =
      """
      WITH RECURSIVE tree (rel) AS (
        SELECT to_regclass(?)::oid
        UNION SELECT h.inhrelid FROM pg_inherits h JOIN tree t ON h.inhparent = t.rel)
      """;

  /** What an index INCLUDEs makes nothing unique, nor does what is excluded unless it is equal. */
  private static final String UNIQUES =
      TREE
          + """
          , uniques AS (
            SELECT i.indexrelid, i.indrelid,
                   CASE WHEN k.conexclop IS NULL THEN (i.indkey::int2[])[0:i.indnkeyatts - 1]
                   ELSE ARRAY(SELECT u.number FROM unnest(k.conkey, k.conexclop) u (number, sign)
                                JOIN pg_operator o ON o.oid = u.sign WHERE o.oprname = '=') END AS keys
              FROM pg_index i
              LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
                   AND k.contype IN ('p', 'u', 'x')
             WHERE i.indrelid IN (SELECT rel FROM tree) AND (i.indisunique OR i.indisexclusion)
               AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid))
          SELECT r.relname,
                 ARRAY(SELECT a.attname::text FROM pg_attribute a
                        WHERE a.attrelid = u.indrelid AND a.attnum = ANY (u.keys) AND a.attnum > 0),
                 EXISTS (SELECT FROM pg_attribute a
                           LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                          WHERE a.attrelid = u.indrelid AND a.attnum = ANY (u.keys)
                            AND (a.attidentity <> ''
                                 OR pg_get_expr(d.adbin, d.adrelid)
                                    ~ '^(nextval|gen_random_uuid|uuidv7|uuid_generate_v[14])[(]'))
            FROM uniques u JOIN pg_class r ON r.oid = u.indexrelid
           ORDER BY 1
          """;

  private static final String FOREIGN_KEYS =
      TREE
          + """
          SELECT k.conname,
                 ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
                         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n
                        ORDER BY o),
                 n.nspname, c.relname,
                 ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
                         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n
                        ORDER BY o)
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.confrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE k.conrelid IN (SELECT rel FROM tree) AND k.contype = 'f' AND k.conparentid = 0
           ORDER BY 1
          """;

  private final RoutingConfiguration routing;
  private final SchemaSettings settings;
  private final List<ShardId> catalogShards;

  public ConstraintRules(RoutingConfiguration routing, SchemaSettings settings) {
    this.routing = routing;
    this.settings = settings;
    this.catalogShards = routing.catalogShards();
  }

  /** The shards whose catalogues together have all tables. */
  public List<ShardId> catalogShards() {
    return catalogShards;
  }

  /** Whether a table of a shard's is none that anybody means: its name is another shard's. */
  public boolean isStray(ShardId shard, List<String> name) {
    return routing.declares(name)
        && routing.table(name).orElse(null) instanceof Table.Single single
        && !single.shard().equals(shard);
  }

  /** What is said about them. */
  public SchemaSettings settings() {
    return settings;
  }

  /** Those of all declared tables that one server has. */
  public List<Apart> apart(Connection connection) throws SQLException {
    List<Apart> found = new ArrayList<>();
    for (Table table : routing.tables().values()) {
      found.addAll(apart(connection, table));
    }
    return found;
  }

  /** Those of a table on one server; those that the configuration knows are left out. */
  public List<Apart> apart(Connection connection, Table table) throws SQLException {
    List<Apart> found = new ArrayList<>();
    if (table instanceof Table.Sharded sharded) {
      uniques(connection, sharded, found);
    }
    try (PreparedStatement statement = asked(connection, FOREIGN_KEYS, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        List<String> other = List.of(rows.getString(3), rows.getString(4));
        ForeignKey key = new ForeignKey(texts(rows.getArray(2)), other, texts(rows.getArray(5)));
        if (!holds(table, key)) {
          found.add(new Apart(table, false, rows.getString(1)));
        }
      }
    }
    found.removeIf(each -> settings.isKnown(table.name(), each.name()));
    return found;
  }

  private static void uniques(Connection connection, Table.Sharded table, List<Apart> found)
      throws SQLException {
    List<String> key = table.key().stream().map(KeyColumn::name).toList();
    try (PreparedStatement statement = asked(connection, UNIQUES, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        boolean inFact = rows.getBoolean(3);
        boolean oneShard =
            !table.placement().sharesKeys() && texts(rows.getArray(2)).containsAll(key);
        if (!inFact && !oneShard) {
          found.add(new Apart(table, true, rows.getString(1)));
        }
      }
    }
  }

  /** Whether the row that a foreign key means certainly lies on the same shard. */
  private boolean holds(Table table, ForeignKey key) {
    Optional<Table> declared = routing.table(key.other());
    if (declared.isEmpty() || declared.get() instanceof Table.Reference) {
      return declared.isPresent();
    }
    if (table instanceof Table.Single here && declared.get() instanceof Table.Single there) {
      return here.shard().equals(there.shard());
    }
    if (!(table instanceof Table.Sharded from) || !(declared.get() instanceof Table.Sharded to)) {
      return false;
    }
    if (!from.keepsKeysWith(to) || from.key().size() != to.key().size()) {
      return false;
    }
    for (int i = 0; i < from.key().size(); i++) {
      int at = key.columns().indexOf(from.key().get(i).name());
      if (at < 0 || !key.otherColumns().get(at).equals(to.key().get(i).name())) {
        return false;
      }
    }
    return true;
  }

  private static PreparedStatement asked(Connection connection, String sql, Table table)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(
        1, table.name().stream().map(Identifiers::quote).collect(Collectors.joining(".")));
    return statement;
  }

  private static List<String> texts(Array array) throws SQLException {
    Object[] all = (Object[]) array.getArray();
    return List.of(Arrays.copyOf(all, all.length, String[].class));
  }
}
