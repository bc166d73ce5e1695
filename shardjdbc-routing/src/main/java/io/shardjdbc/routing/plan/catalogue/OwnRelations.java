package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import java.util.List;
import java.util.stream.Collectors;

/** The relations that one shard alone has: its own tables, their indexes and their sequences. */
final class OwnRelations {

  private static final String RELATIONS =
      """
      (SELECT r.oid FROM pg_catalog.pg_class r WHERE r.oid = ANY (%1$s)
       UNION SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = ANY (%1$s)
       UNION SELECT d.objid FROM pg_catalog.pg_depend d
              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refobjid = ANY (%1$s) AND d.deptype IN ('a', 'i')
       UNION SELECT t.reltoastrelid FROM pg_catalog.pg_class t WHERE t.oid = ANY (%1$s)
       UNION SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class t
                 ON t.reltoastrelid = i.indrelid WHERE t.oid = ANY (%1$s))
      """;

  /**
   * Those that are declared without a schema, each where sessions begin to look for it: the path
   * that this session has set since is not what the declaration means.
   */
  private static final String ON_PATH =
      """
      ARRAY(SELECT DISTINCT ON (c.relname) c.oid
        FROM pg_catalog.pg_settings s
        CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.string_to_array(s.reset_val, ','))
             WITH ORDINALITY p (word, place)
        CROSS JOIN LATERAL (VALUES (pg_catalog.btrim(p.word, ' "'))) w (name)
        JOIN pg_catalog.pg_namespace n
             ON n.nspname = CASE w.name WHEN '$user' THEN session_user ELSE w.name END
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
       WHERE s.name = 'search_path' AND c.relname IN (%s) ORDER BY c.relname, p.place)
      """;

  private OwnRelations() {}

  /** The tables that are on a shard alone. */
  static List<Table> of(ShardId shard, RoutingConfiguration routing) {
    return routing.tables().values().stream()
        .filter(t -> t instanceof Table.Single single && single.shard().equals(shard))
        .toList();
  }

  /** The tables of other shards of which a shard has one of the same name, which nobody means. */
  static List<Table> strays(ShardId shard, Tables tables) {
    return tables.configuration().tables().values().stream()
        .filter(
            t ->
                t instanceof Table.Single single
                    && !single.shard().equals(shard)
                    && tables.catalog().shardsWith(t.name()).contains(shard))
        .toList();
  }

  /**
   * A catalogue with the rows of some tables alone, or without them, in place of the whole.
   *
   * @param written how the statement names it
   * @param columns as of {@link CatalogueTables#columns}
   * @param without whether it is all others that are meant
   */
  static String derived(
      FromItem.Table node,
      String written,
      List<String> columns,
      List<Table> chosen,
      boolean without) {
    String relations = RELATIONS.formatted(numbers(chosen)).strip().replaceAll("\\s+", " ");
    String mine =
        columns.size() == 1
            ? "f." + columns.get(0) + " IN " + relations
            : "(f.%s, f.%s) IN (SELECT n.nspname, c.relname FROM %s AS o(oid) JOIN"
                    .formatted(columns.get(0), columns.get(1), relations)
                + " pg_catalog.pg_class c ON c.oid = o.oid JOIN pg_catalog.pg_namespace n"
                + " ON n.oid = c.relnamespace)";
    String condition = without ? "(" + mine + ") IS NOT TRUE" : mine;
    return "(SELECT f.* FROM %s AS f WHERE %s) AS %s"
        .formatted(written, condition, Identifiers.quote(node.label()));
  }

  private static String numbers(List<Table> chosen) {
    String placed =
        chosen.stream()
            .filter(table -> table.name().size() > 1)
            .map(OwnRelations::number)
            .collect(Collectors.joining(", ", "ARRAY[", "]::pg_catalog.oid[]"));
    String names =
        chosen.stream()
            .filter(table -> table.name().size() == 1)
            .map(table -> literal(table.name().get(0)))
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? placed
        : "(" + ON_PATH.formatted(names).strip() + " || " + placed + ")";
  }

  private static String number(Table table) {
    String name = table.name().stream().map(Identifiers::quote).collect(Collectors.joining("."));
    return "pg_catalog.to_regclass(" + literal(name) + ")";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
