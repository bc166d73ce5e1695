package io.shardjdbc.replication.probe;

import org.jspecify.annotations.Nullable;

/**
 * What the probe asks; any user may, on PostgreSQL 15 to 18.
 *
 * <p>A standby's timeline comes from its WAL receiver, which names the timeline that it follows.
 * Only members of {@code pg_read_all_stats} (such as {@code pg_monitor}) see it. For others, and
 * while the receiver is down, the control file names the timeline of the last restart point: true
 * but old, so that after a failover such a replica is out of use until its next restart point.
 */
public final class ProbeSql {

  static final String IDENTITY =
      """
      SELECT c.system_identifier,
             (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint,
             current_setting('wal_block_size')::bigint,
             pg_size_bytes(current_setting('wal_segment_size'))
      FROM pg_control_system() c
      """;

  // OFFSET 0 makes the role one value for the whole row, also when a promotion comes in between.
  private static final String ROLE = "FROM (SELECT pg_is_in_recovery() AS standby OFFSET 0) r";

  private static final String POSITION_NOW =
      """
      CASE WHEN r.standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END
      """;

  /** The timeline of a server, given its role as {@code r.standby}. */
  public static final String TIMELINE =
      """
      CASE WHEN r.standby THEN coalesce(
             (SELECT w.received_tli FROM pg_stat_wal_receiver w),
             (SELECT greatest(c.timeline_id, m.min_recovery_end_timeline)
              FROM pg_control_checkpoint() c, pg_control_recovery() m))
           ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
      END
      """;

  private static final String STANDBYS =
      """
      CASE WHEN r.standby THEN 'UNKNOWN'
           WHEN current_setting('synchronous_standby_names') = '' THEN 'NONE_CHOSEN'
           WHEN EXISTS (SELECT FROM pg_stat_get_wal_senders() s
                        WHERE s.sync_state IN ('sync', 'quorum')) THEN 'CONNECTED'
           WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN 'NONE_CONNECTED'
           ELSE 'UNKNOWN' END
      """;

  static final String READING =
      "SELECT r.standby, "
          + POSITION_NOW
          + ", CASE WHEN r.standby THEN pg_last_wal_receive_lsn() END, "
          + TIMELINE
          + ", "
          + STANDBYS
          + ROLE;

  static final String STANDBYS_NOW = "SELECT " + STANDBYS + ROLE;

  static final String POSITION =
      "SELECT r.standby, "
          + POSITION_NOW
          + ", "
          + TIMELINE
          + ", current_setting('wal_block_size')::bigint"
          + ", pg_size_bytes(current_setting('wal_segment_size')) "
          + ROLE;

  private ProbeSql() {}

  /** The number of a position in the server's form, 0 for none. */
  public static long position(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    int slash = text.indexOf('/');
    long high = Integer.parseUnsignedInt(text, 0, slash, 16);
    long low = Integer.toUnsignedLong(Integer.parseUnsignedInt(text, slash + 1, text.length(), 16));
    return (high << 32) | low;
  }
}
