package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's own functions that do more than compute from their arguments: all of {@code pg_proc}
 * of PostgreSQL 15 to 18 that run a query, take a lock, or tell of one server's files, statistics
 * and objects.
 *
 * <p>Functions that look names up in the catalogues ({@code to_regclass}) are no concern of this.
 */
final class ServerFunctions {

  /** Those that run a query which is given to them, or made of a name that is. */
  private static final Set<String> RUN_QUERIES =
      Set.of(
          "query_to_xml",
          "query_to_xmlschema",
          "query_to_xml_and_xmlschema",
          "table_to_xml",
          "table_to_xmlschema",
          "table_to_xml_and_xmlschema",
          "schema_to_xml",
          "schema_to_xmlschema",
          "schema_to_xml_and_xmlschema",
          "database_to_xml",
          "database_to_xmlschema",
          "database_to_xml_and_xmlschema",
          "cursor_to_xml",
          "cursor_to_xmlschema",
          "ts_stat");

  /** Functions of PostgreSQL's extensions that do so, or read pages of a table by its name. */
  private static final Set<String> EXTENSIONS_RUN_QUERIES =
      Set.of(
          "crosstab",
          "crosstab2",
          "crosstab3",
          "crosstab4",
          "crosstabn",
          "connectby",
          "xpath_table",
          "check_primary_key",
          "check_foreign_key",
          "plainto_or_tsquery",
          "lo_manage");

  private static final List<String> EXTENSIONS_OF_ONE_SERVER =
      List.of(
          "dblink",
          "pgstat",
          "pgrowlocks",
          "pg_relpages",
          "pg_check_",
          "pg_truncate_visibility_map",
          "pg_get_wal_",
          "heap_force_",
          "hash_bitmap_info",
          "pg_prewarm",
          "autoprewarm",
          "pg_buffercache",
          "pg_freespace",
          "pg_visibility",
          "pg_stat_statements",
          "get_raw_page",
          "heap_page",
          "bt_",
          "brin_page",
          "gin_",
          "hash_page",
          "verify_",
          "bt_index",
          "postgres_fdw");

  /** Functions of PostgreSQL's extensions that are SET by another name. */
  private static final Set<String> EXTENSIONS_SET = Set.of("set_limit", "isn_weak");

  private static final Set<String> OF_ONE_SERVER =
      Set.of(
          "brin_desummarize_range",
          "brin_summarize_new_values",
          "brin_summarize_range",
          "current_query",
          "gin_clean_pending_list",
          "pg_backup_start",
          "pg_backup_stop",
          "pg_blocking_pids",
          "pg_cancel_backend",
          "pg_clear_attribute_stats",
          "pg_clear_relation_stats",
          "pg_column_toast_chunk_id",
          "pg_copy_logical_replication_slot",
          "pg_copy_physical_replication_slot",
          "pg_create_logical_replication_slot",
          "pg_create_physical_replication_slot",
          "pg_create_restore_point",
          "pg_database_size",
          "pg_drop_replication_slot",
          "pg_export_snapshot",
          "pg_filenode_relation",
          "pg_import_system_collations",
          "pg_indexes_size",
          "pg_listening_channels",
          "pg_lock_status",
          "pg_log_backend_memory_contexts",
          "pg_log_standby_snapshot",
          "pg_logical_emit_message",
          "pg_logical_slot_get_binary_changes",
          "pg_logical_slot_get_changes",
          "pg_logical_slot_peek_binary_changes",
          "pg_logical_slot_peek_changes",
          "pg_prepared_xact",
          "pg_promote",
          "pg_read_binary_file",
          "pg_read_file",
          "pg_read_file_old",
          "pg_relation_filenode",
          "pg_relation_filepath",
          "pg_relation_size",
          "pg_reload_conf",
          "pg_replication_slot_advance",
          "pg_restore_attribute_stats",
          "pg_restore_relation_stats",
          "pg_rotate_logfile",
          "pg_rotate_logfile_old",
          "pg_safe_snapshot_blocking_pids",
          "pg_stat_file",
          "pg_stat_have_stats",
          "pg_switch_wal",
          "pg_sync_replication_slots",
          "pg_table_size",
          "pg_tablespace_databases",
          "pg_tablespace_size",
          "pg_terminate_backend",
          "pg_total_relation_size",
          "pg_wal_replay_pause",
          "pg_wal_replay_resume",
          "pg_xact_commit_timestamp",
          "pg_xact_commit_timestamp_origin",
          "pg_xact_status",
          "pg_last_committed_xact",
          "txid_status");

  private static final List<String> KINDS_OF_ONE_SERVER =
      List.of("pg_stat_get_", "pg_stat_reset", "pg_ls_", "pg_replication_origin_");

  private static final Set<String> STEADY_TRIGGERS = Set.of("insert_username");

  private static final Set<String> SEQUENCES = Set.of("nextval", "setval", "currval", "lastval");

  private static final Set<String> OF_SERVER_VIEWS =
      Set.of("pg_locks", "pg_prepared_xacts", "pg_replication_slots", "pg_buffercache");

  private ServerFunctions() {}

  /**
   * Why a shard that runs it would see a part of the rows only, in words; null where it does not.
   */
  static @Nullable String beyond(Expr.Call call) {
    String name = call.name().last();
    boolean rewrites = name.equals("ts_rewrite") && call.arguments().size() == 2;
    return rewrites || RUN_QUERIES.contains(name) ? "runs a query that is given to it" : null;
  }

  /** The same of a function that came with an extension. */
  static @Nullable String beyond(String ofExtension) {
    if (EXTENSIONS_RUN_QUERIES.contains(ofExtension)) {
      return "runs a query that is given to it";
    } else if (EXTENSIONS_SET.contains(ofExtension)) {
      return "changes a setting of one server's session";
    } else if (ofExtension.equals("autoinc")) {
      return "counts by a sequence";
    } else if (ofExtension.equals("triggered_change_notification")) {
      return "sends a notification";
    }
    return EXTENSIONS_OF_ONE_SERVER.stream().anyMatch(ofExtension::startsWith)
        ? "looks at one server"
        : null;
  }

  /**
   * Whether a function that came with an extension answers the same on every server. Triggers are
   * volatile, whatever they do.
   */
  static boolean isSteady(Routine routine) {
    return routine.declared() != Volatility.VOLATILE || STEADY_TRIGGERS.contains(routine.name());
  }

  /** Whether it tells of one server's part of a whole, or acts on one server. */
  static boolean isOfOneServer(String name) {
    return OF_ONE_SERVER.contains(name) || KINDS_OF_ONE_SERVER.stream().anyMatch(name::startsWith);
  }

  /** What a statement reads of one server's counters and estimates, in words; null if nothing. */
  static @Nullable String statistics(Mentions mentions) {
    for (List<String> table : mentions.reads()) {
      String name = table.get(table.size() - 1);
      if (Tables.isSystem(table)) {
        if (name.startsWith("pg_stat") || OF_SERVER_VIEWS.contains(name)) {
          return "view " + name;
        }
        for (String column : List.of("reltuples", "relpages", "relallvisible")) {
          if (name.equals("pg_class") && mentions.columns().contains(column)) {
            return "column " + column;
          }
        }
      }
    }
    return null;
  }

  /** Whether it takes or gives back an advisory lock. */
  static boolean isOfLocks(String name) {
    return name.startsWith("pg_advisory_") || name.startsWith("pg_try_advisory_");
  }

  /** Whether it moves a sequence on, of which each shard has its own, or asks where it is. */
  static boolean isOfSequences(String name) {
    return SEQUENCES.contains(name);
  }

  /** Whether it sends a notification. */
  static boolean notifies(String name) {
    return name.equals("pg_notify");
  }

  /** What a function touches that is written in C. */
  static Reach inC(Routine routine) {
    if (routine.extension()) {
      String beyond = beyond(routine.name());
      return beyond != null
          ? Reach.opaque(beyond)
          : isSteady(routine) ? Reach.NOTHING : Reach.unsteady(routine.name());
    }
    return routine.declared() == Volatility.IMMUTABLE
        ? Reach.NOTHING
        : Reach.opaque("is written in C");
  }
}
