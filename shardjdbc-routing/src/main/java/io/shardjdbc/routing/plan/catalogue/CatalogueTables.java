package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The system catalogues whose rows are of a relation, and the columns that say of which. */
final class CatalogueTables {

  private static final Map<String, List<String>> BY_NUMBER =
      Map.ofEntries(
          Map.entry("pg_class", List.of("oid")),
          Map.entry("pg_attribute", List.of("attrelid")),
          Map.entry("pg_index", List.of("indrelid")),
          Map.entry("pg_constraint", List.of("conrelid")),
          Map.entry("pg_attrdef", List.of("adrelid")),
          Map.entry("pg_trigger", List.of("tgrelid")),
          Map.entry("pg_rewrite", List.of("ev_class")),
          Map.entry("pg_policy", List.of("polrelid")),
          Map.entry("pg_sequence", List.of("seqrelid")),
          Map.entry("pg_partitioned_table", List.of("partrelid")),
          Map.entry("pg_inherits", List.of("inhrelid")));

  private static final Map<String, List<String>> BY_NAME =
      Map.ofEntries(
          Map.entry("pg_tables", List.of("schemaname", "tablename")),
          Map.entry("pg_indexes", List.of("schemaname", "tablename")),
          Map.entry("pg_views", List.of("schemaname", "viewname")),
          Map.entry("pg_matviews", List.of("schemaname", "matviewname")),
          Map.entry("pg_sequences", List.of("schemaname", "sequencename")),
          Map.entry("pg_rules", List.of("schemaname", "tablename")),
          Map.entry("pg_policies", List.of("schemaname", "tablename")),
          Map.entry("information_schema.tables", List.of("table_schema", "table_name")),
          Map.entry("information_schema.columns", List.of("table_schema", "table_name")),
          Map.entry("information_schema.views", List.of("table_schema", "table_name")),
          Map.entry("information_schema.table_constraints", List.of("table_schema", "table_name")),
          Map.entry("information_schema.key_column_usage", List.of("table_schema", "table_name")),
          Map.entry("information_schema.table_privileges", List.of("table_schema", "table_name")),
          Map.entry("information_schema.column_privileges", List.of("table_schema", "table_name")),
          Map.entry("information_schema.role_table_grants", List.of("table_schema", "table_name")),
          Map.entry("information_schema.sequences", List.of("sequence_schema", "sequence_name")),
          Map.entry(
              "information_schema.triggers", List.of("event_object_schema", "event_object_table")),
          Map.entry(
              "information_schema.constraint_column_usage", List.of("table_schema", "table_name")));

  /** Views of constraints, whose rows say of which relation by its constraint only. */
  private static final Set<String> OTHERS =
      Set.of(
          "information_schema.referential_constraints",
          "information_schema.check_constraints",
          "information_schema.constraint_table_usage",
          "information_schema.view_table_usage",
          "information_schema.element_types",
          "pg_statistic",
          "pg_stats",
          "pg_stat_user_tables",
          "pg_stat_all_tables",
          "pg_stat_user_indexes",
          "pg_stat_all_indexes",
          "pg_statio_user_tables",
          "pg_depend",
          "pg_description");

  private CatalogueTables() {}

  private static String key(FromItem.Table node) {
    List<String> name = Tables.local(node.name());
    return name.get(0).equals("pg_catalog") && name.size() == 2
        ? name.get(1)
        : String.join(".", name);
  }

  /** Whether rows of it are of relations. */
  static boolean isOfRelations(FromItem.Table node) {
    String key = key(node);
    return BY_NUMBER.containsKey(key) || BY_NAME.containsKey(key) || OTHERS.contains(key);
  }

  /** The column that has a relation's number, alone; or those of its schema and name; or null. */
  static @Nullable List<String> columns(FromItem.Table node) {
    List<String> columns = BY_NUMBER.get(key(node));
    return columns != null ? columns : BY_NAME.get(key(node));
  }

  /** Whether such a catalogue is named anywhere below. */
  static boolean areIn(Node node) {
    return (node instanceof FromItem.Table table && isOfRelations(table))
        || node.anyChild(CatalogueTables::areIn);
  }
}
