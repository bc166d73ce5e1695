package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A copy of a running primary's data directory.
 *
 * <p>It follows "Making a Base Backup Using the Low Level API" of PostgreSQL's manual: what is
 * copied between start and stop may be torn, and the backup label makes the copy's first start
 * replay the write-ahead log from where the backup began. That log is streamed from the primary,
 * which keeps enough of it for the fraction of a second that this takes.
 */
final class BaseBackup {

  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");
  private static final Set<String> LEFT_OUT =
      Set.of(
          "postmaster.pid",
          "postmaster.opts",
          "standby.signal",
          "recovery.signal",
          "pg_internal.init");

  private BaseBackup() {}

  /** Fills an absent data directory with a copy of that of a running primary. */
  static void take(Endpoint primary, DataDirectory source, DataDirectory target)
      throws IOException, SQLException {
    String url =
        "jdbc:postgresql://%s:%d/postgres?user=postgres".formatted(primary.host(), primary.port());
    // One session: a backup ends with the session that began it.
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('testkit', true)");
      target.copy(source, BaseBackup::belongs);
      try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        row.next();
        target.write("backup_label", row.getString(1));
      }
    }
    target.createDirectory("pg_wal/archive_status");
  }

  private static boolean belongs(Path file) {
    String name = file.getFileName().toString();
    return !LEFT_OUT.contains(name)
        && !name.startsWith("pgsql_tmp")
        && !(file.getNameCount() == 1 && EMPTIED.contains(name));
  }
}
