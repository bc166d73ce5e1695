package io.shardjdbc.reshard.copy;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A publication of the rows that move, a slot, and a subscription to it on another server: one way
 * of a move, forward or back.
 *
 * <p>All are named after the map and the move, so that whoever finds one knows whose it is. The
 * slot is created by itself, which waits for transactions that are under way, and the subscription
 * uses it: then each of the three is there or is not.
 */
public final class Stream {
  private static final String OBJECT_IS_THERE = "42710";
  private static final int ORIGINS = 16;

  /** What a database or a role allows its users would end a copy again and again. */
  private static final String NO_LIMITS =
      "-c statement_timeout=0 -c lock_timeout=0 -c idle_session_timeout=0"
          + " -c idle_in_transaction_session_timeout=0";

  private static final Duration LOOK = Duration.ofMillis(20);

  private static final String WRITES_SINCE_BEFORE =
      "SELECT format('session %s of %s has written for %s s%s (end it: SELECT"
          + " pg_cancel_backend(%s))', a.pid, coalesce(nullif(a.application_name, ''), 'no name'),"
          + " floor(extract(epoch FROM clock_timestamp() - a.query_start)), coalesce(': ' ||"
          + " nullif(trim(substring(left(a.query, 200) FROM '^[A-Za-z_. ]*')), ''), ''), a.pid)"
          + " FROM pg_stat_activity a WHERE datname = current_database() AND state = 'active' AND"
          + " query_start < ?::timestamptz AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid"
          + " AND l.mode = 'RowExclusiveLock') ORDER BY a.pid";

  private static final String PUBLISHED =
      "SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') FROM pg_publication p"
          + " JOIN pg_publication_rel r ON r.prpubid = p.oid JOIN pg_class c ON c.oid = r.prrelid"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = ?";

  private final int move;
  private final boolean back;
  private final String name;

  private Stream(UUID map, int move, boolean back) {
    this.move = move;
    this.back = back;
    String prefix = map.toString().substring(0, 8);
    this.name = "shardjdbc_" + prefix + "_m" + move + (back ? "_back" : "");
  }

  /** From the source to the target. */
  public static Stream forward(UUID map, int move) {
    return new Stream(map, move, false);
  }

  /** From the target to the source. */
  public static Stream back(UUID map, int move) {
    return new Stream(map, move, true);
  }

  /** The name of all that belongs to it. */
  public String name() {
    return name;
  }

  /** The number under which its markers are written. */
  public int markers() {
    return back ? -move : move;
  }

  /**
   * Says what is published: the rows that move, and the markers. Never TRUNCATE, which goes through
   * a row filter.
   */
  public void publish(Connection publisher, List<MovedTable> tables, Positions positions)
      throws SQLException {
    if (Sql.isTrue(
        publisher, "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ?)", name)) {
      return;
    }
    String rows =
        tables.stream()
            .map(table -> table.sql() + " WHERE (" + table.in(positions) + ")")
            .collect(Collectors.joining(", "));
    Sql.run(
        publisher,
        "CREATE PUBLICATION "
            + name
            + " FOR TABLE "
            + rows
            + ", shardjdbc.marker WHERE (move = "
            + markers()
            + ") WITH (publish = 'insert, update, delete', publish_via_partition_root = true)");
  }

  /** Keeps the publisher's log from now on; waits for transactions that are under way. */
  public void keepLog(Connection publisher) throws SQLException {
    if (!hasSlot(publisher)) {
      Sql.run(publisher, "SELECT pg_create_logical_replication_slot(?, 'pgoutput')", name);
    }
  }

  /** Lets the subscriber read from the slot. */
  public void subscribe(Connection subscriber, ShardServers publisher, boolean copyRows)
      throws SQLException {
    if (isSubscribed(subscriber)) {
      return;
    }
    String options =
        "create_slot = false, slot_name = '%s', copy_data = %s, streaming = on"
                .formatted(name, copyRows)
            + (major(subscriber) >= ORIGINS ? ", origin = none" : "");
    try {
      Sql.run(
          subscriber,
          "CREATE SUBSCRIPTION "
              + name
              + " CONNECTION "
              + literal(connection(publisher))
              + " PUBLICATION "
              + name
              + " WITH ("
              + options
              + ")");
    } catch (SQLException e) {
      if (!OBJECT_IS_THERE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  public boolean isSubscribed(Connection subscriber) throws SQLException {
    return Sql.isTrue(
        subscriber, "SELECT EXISTS (SELECT FROM pg_subscription WHERE subname = ?)", name);
  }

  /**
   * Ends the subscription, and leaves the slot to {@link #drop}.
   *
   * @return what has not let go of it in time; empty if it is gone
   */
  public String unsubscribe(Connection subscriber, Connection publisher, Patience patience)
      throws SQLException {
    if (!isSubscribed(subscriber)) {
      return "";
    }
    Sql.run(subscriber, "ALTER SUBSCRIPTION " + name + " DISABLE");
    String ofCopies =
        Sql.text(
            subscriber,
            "SELECT '^pg_' || oid || '_sync_[0-9]+_' || (SELECT system_identifier FROM"
                + " pg_control_system()) || '$' FROM pg_subscription WHERE subname = ?",
            name);
    if (!patience.await(() -> dropSlots(publisher, "slot_name ~ ?", ofCopies))) {
      return readers(publisher, "slot_name ~ ?", ofCopies);
    }
    forget(subscriber, name);
    return "";
  }

  private static String readers(Connection publisher, String which, String value)
      throws SQLException {
    List<String> readers =
        Sql.rows(
            publisher,
            row -> row.getString(1),
            "SELECT format('session %s reads from slot %s', active_pid, slot_name)"
                + " FROM pg_replication_slots WHERE database = current_database() AND active AND "
                + which
                + " ORDER BY slot_name",
            value);
    return readers.isEmpty() ? "a slot was read until now" : String.join("; ", readers);
  }

  /**
   * Removes slot and publication from the publisher.
   *
   * <p>A write looks up the publications of its table, first which they are and then each of them.
   * One that is dropped in between fails it ("cache lookup failed for publication"). So the tables
   * leave the publication first, and it goes when all writes that began before that have ended.
   *
   * @return who still reads from the slot, or writes by what was published; empty if both are gone
   */
  public String drop(Connection publisher, Patience patience) throws SQLException {
    String inTheWay = dropSlot(publisher, name, patience);
    return inTheWay.isEmpty() ? dropPublication(publisher, name, patience) : inTheWay;
  }

  /** Drops a slot; who still reads from it, or nothing. */
  public static String dropSlot(Connection publisher, String slot, Patience patience)
      throws SQLException {
    return patience.await(() -> dropSlots(publisher, "slot_name = ?", slot))
        ? ""
        : readers(publisher, "slot_name = ?", slot);
  }

  /** Drops a publication as {@link #drop} does; who still writes by it, or nothing. */
  public static String dropPublication(Connection publisher, String name, Patience patience)
      throws SQLException {
    if (!Sql.isTrue(
        publisher, "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ?)", name)) {
      return "";
    }
    String tables = Sql.text(publisher, PUBLISHED, name);
    if (!tables.isEmpty()) {
      Sql.run(publisher, "ALTER PUBLICATION " + name + " DROP TABLE " + tables);
    }
    String emptied = Sql.text(publisher, "SELECT clock_timestamp()::text");
    List<String> writes = writesSince(publisher, emptied);
    while (!writes.isEmpty()) {
      if (patience.isOver()) {
        return "publication "
            + name
            + " waits for statements that have begun before it was emptied: "
            + String.join("; ", writes);
      }
      Patience.pause(LOOK);
      writes = writesSince(publisher, emptied);
    }
    Sql.run(publisher, "DROP PUBLICATION IF EXISTS " + name);
    return "";
  }

  /** Ends a subscription, and leaves its slots where they are. */
  public static void forget(Connection subscriber, String name) throws SQLException {
    Sql.run(subscriber, "ALTER SUBSCRIPTION " + name + " DISABLE");
    Sql.run(subscriber, "ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE)");
    Sql.run(subscriber, "DROP SUBSCRIPTION IF EXISTS " + name);
  }

  private static List<String> writesSince(Connection publisher, String emptied)
      throws SQLException {
    return Sql.rows(publisher, row -> row.getString(1), WRITES_SINCE_BEFORE, emptied);
  }

  private static boolean dropSlots(Connection publisher, String which, String value)
      throws SQLException {
    Sql.rows(
        publisher,
        row -> row.getString(1),
        "SELECT pg_drop_replication_slot(slot_name)::text FROM pg_replication_slots"
            + " WHERE NOT active AND database = current_database() AND "
            + which,
        value);
    return Sql.number(
            publisher,
            "SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND "
                + which,
            value)
        == 0;
  }

  public boolean hasSlot(Connection publisher) throws SQLException {
    return Sql.isTrue(
        publisher, "SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ?)", name);
  }

  /** Skips what the publisher's log has up to a position, as far as it was not skipped yet. */
  public void skip(Connection publisher, String lsn) throws SQLException {
    Sql.rows(
        publisher,
        row -> row.getString(1),
        "SELECT pg_replication_slot_advance(slot_name, ?::pg_lsn)::text FROM pg_replication_slots"
            + " WHERE slot_name = ? AND NOT active AND confirmed_flush_lsn < ?::pg_lsn",
        lsn,
        name,
        lsn);
  }

  /** Whether all tables are copied and what has changed since follows. */
  public boolean isInStep(Connection subscriber) throws SQLException {
    return Sql.isTrue(
        subscriber,
        "SELECT count(*) > 0 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel r"
            + " JOIN pg_subscription s ON s.oid = r.srsubid WHERE s.subname = ?",
        name);
  }

  /**
   * How often the subscriber has failed to take something. It tries again by itself, which is right
   * when its publisher was away, and goes on for ever when a row collides.
   */
  public long errors(Connection subscriber) throws SQLException {
    return Sql.number(
        subscriber,
        "SELECT sum(apply_error_count + sync_error_count) FROM pg_stat_subscription_stats"
            + " WHERE subname = ?",
        name);
  }

  /**
   * Whether a server reaches another one as its subscription would, and may log in there. Nothing
   * of the trial is left.
   *
   * @return why not, as the server says it; empty if it does
   */
  public static String unreachable(Connection subscriber, ShardServers publisher)
      throws SQLException {
    subscriber.setAutoCommit(false);
    try {
      Sql.run(
          subscriber,
          "CREATE SUBSCRIPTION shardjdbc_trial CONNECTION "
              + literal(connection(publisher))
              + " PUBLICATION shardjdbc_trial WITH (create_slot = false, enabled = false,"
              + " slot_name = NONE, copy_data = false)");
      return "";
    } catch (SQLException e) {
      return "SQLSTATE " + e.getSQLState();
    } finally {
      subscriber.rollback();
      subscriber.setAutoCommit(true);
    }
  }

  private static int major(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion();
  }

  /** What libpq needs to come to the publisher. */
  private static String connection(ShardServers publisher) throws SQLException {
    Properties parsed = Driver.parseURL(publisher.primary(), publisher.properties());
    if (parsed == null) {
      throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, "a URL is not one of PostgreSQL");
    }
    StringBuilder text = new StringBuilder();
    add(text, "host", PGProperty.PG_HOST.getOrDefault(parsed));
    add(text, "port", PGProperty.PG_PORT.getOrDefault(parsed));
    add(text, "dbname", PGProperty.PG_DBNAME.getOrDefault(parsed));
    add(text, "user", PGProperty.USER.getOrDefault(parsed));
    add(text, "password", PGProperty.PASSWORD.getOrDefault(parsed));
    add(text, "sslmode", PGProperty.SSL_MODE.getOrDefault(parsed));
    String options = PGProperty.OPTIONS.getOrDefault(parsed);
    add(text, "options", (options == null ? "" : options + " ") + NO_LIMITS);
    return text.toString();
  }

  private static void add(StringBuilder text, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      String quoted = value.replace("\\", "\\\\").replace("'", "\\'");
      text.append(name).append("='").append(quoted).append("' ");
    }
  }

  private static String literal(String text) {
    String doubled = text.replace("'", "''");
    return text.contains("\\") ? "E'" + doubled.replace("\\", "\\\\") + "'" : "'" + doubled + "'";
  }
}
