package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two shards, asked directly and through wires that break, and what stands on them; and another
 * configuration, whose first shard is the same database and whose second is one more.
 */
final class Bank implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** With what has to be there before anything begins. */
  private static final Duration OPENING = Duration.ofMinutes(10);

  /** With a server's answer to a commit, where the network may have lost it. */
  private static final Duration IMPATIENT = Duration.ofMillis(300);

  /** As long as somebody else may take to recover meanwhile, on a slow machine too. */
  private static final Duration PATIENT = Databases.KEPT.dividedBy(4);

  /** Within which a commit ends whose decision is hardly kept. */
  private static final Duration AT_ONCE = Duration.ofMillis(100);

  final Map<String, FaultyWire> wires = new LinkedHashMap<>();
  Desk desk;
  final ShardDataSource direct;
  final Decided decided;

  /** To the two shards, and to the database that only the other configuration means. */
  private final List<Connection> audits = new ArrayList<>();

  private final Map<String, String> urls = new LinkedHashMap<>();
  private @Nullable ShardDataSource hasty;

  /** Whether a session was left that hung. */
  volatile boolean hangs;

  private final Duration commits;
  private final Cluster cluster;
  private final String database;

  Bank(Cluster cluster, String database) throws SQLException {
    this(cluster, database, true);
  }

  /**
   * @param prepares whether servers keep what is said often; else all of it is on the wire each
   *     time, where an ambush hears it, and commits wait for as long as it takes
   */
  Bank(Cluster cluster, String database, boolean prepares) throws SQLException {
    this.cluster = cluster;
    this.database = database;
    this.commits = prepares ? IMPATIENT : PATIENT;
    connect();
    for (String shard : List.of("s0", "s1")) {
      FaultyWire wire = new FaultyWire(cluster.shard(shard).primary().proxy());
      wires.put(shard, wire);
      String url = cluster.shard(shard).primary().jdbcUrl(database, wire.proxy());
      String asked = url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0";
      urls.put(shard, prepares ? url : asked);
    }

    for (Connection audit : audits) {
      Databases.create(audit);
    }
    direct = Databases.open(cluster.primaryUrls(database), PATIENCE);
    Deadline.in(OPENING).await("tables are there", () -> isInstalled(direct));

    desk = openDesk();
    wires.values().forEach(wire -> wire.whoSleeps(said -> desk.transfers.isSaidAsleep(said)));
    Deadline.in(OPENING).await("the other's tables are there", () -> isInstalled(desk.other));
    decided = new Decided(audits, desk.accounts);
  }

  private Desk openDesk() throws SQLException {
    Map<String, String> others = new LinkedHashMap<>(urls);
    others.put("s1", cluster.shard("s1").primary().jdbcUrl(database + "_more"));
    Duration patience = Duration.ofMillis(400);
    return new Desk(
        Databases.open(urls, patience, commits),
        Databases.open(others, patience, IMPATIENT, Databases.KEPT.dividedBy(4)),
        direct);
  }

  /** Of a shard, through the wire that may break. */
  String url(String shard) {
    return urls.get(shard);
  }

  private static boolean isInstalled(ShardDataSource dataSource) {
    try {
      dataSource.transactions().install();
      return true;
    } catch (SQLException e) {
      return false; // it is impatient
    }
  }

  /** Connects to all that is looked at, again where a server was killed. */
  void connect() throws SQLException {
    audits.clear();
    for (String shard : List.of("s0", "s1")) {
      audits.add(cluster.shard(shard).primary().connect(database));
    }
    audits.add(cluster.shard("s1").primary().connect(database + "_more"));
  }

  /** Lets everything pass, and waits until no server works for anybody any more. */
  void heal(Duration patience) throws SQLException {
    wires.values().forEach(FaultyWire::heal);
    awaitQuiet(patience, true);
    if (prepared() > 0) {
      Deadline.in(patience) // first: it must leave alone what is not its own
          .await(
              "another configuration has looked",
              () -> desk.other.transactions().recover().unreachable().isEmpty());
    }
    Deadline.in(patience)
        .await("recovered", () -> prepared() == 0 || isRecovered() || !foreign().isEmpty());
    awaitQuiet(patience, false);
    Deadline.in(patience).await("sagas have ended", () -> !desk.transfers.tend() || isEnded());
    Deadline.in(patience)
        .await(
            "messages are delivered",
            () -> {
              if (number("SELECT count(*) FROM shardjdbc.outbox") == 0) {
                return true;
              }
              desk.deliveries.relay(false);
              return false;
            });
  }

  /**
   * @param butForWaiters who waits for what is prepared goes on when that is recovered
   */
  private void awaitQuiet(Duration patience, boolean butForWaiters) throws SQLException {
    String running =
        "FROM pg_stat_activity WHERE datname IN ("
            + databases()
            + ") AND pid <> pg_backend_pid() AND state <> 'idle'";
    String others = running + " AND wait_event_type IS DISTINCT FROM 'Lock'";
    try {
      Deadline.in(patience)
          .await(
              "nothing runs",
              () ->
                  number("SELECT count(*) " + running) == 0
                      || (butForWaiters
                          && prepared() > 0
                          && number("SELECT count(*) " + others) == 0));
    } catch (IllegalStateException e) {
      String who = "SELECT concat_ws(' ', datname, pid, application_name, state, wait_event,";
      who += " pg_blocking_pids(pid), xact_start, query_start, query) " + running;
      List<String> all = new ArrayList<>();
      for (Connection audit : audits) {
        all.addAll(texts(audit, who));
      }
      throw new IllegalStateException(e.getMessage() + ": " + all, e);
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private boolean isRecovered() throws SQLException {
    boolean elsewhere = desk.other.transactions().recover().isClean(); // must leave ours alone
    boolean here = direct.transactions().recover().isClean();
    return elsewhere && here && prepared() == 0;
  }

  private boolean isEnded() throws SQLException {
    desk.transfers.end();
    return false;
  }

  /** One that keeps decisions hardly at all. */
  ShardDataSource hasty() throws SQLException {
    ShardDataSource open = hasty;
    if (open == null) {
      open =
          Databases.open(cluster.primaryUrls(database), PATIENCE, AT_ONCE, AT_ONCE.multipliedBy(4));
      hasty = open;
    }
    return open;
  }

  /** How many lines there are of each operation. */
  Map<Long, Integer> lines(long from) throws SQLException {
    Map<Long, Integer> lines = new HashMap<>();
    for (Connection audit : audits) {
      try (Statement statement = audit.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT op, count(*) FROM ledger WHERE op >= " + from + " GROUP BY op")) {
        while (rows.next()) {
          lines.merge(rows.getLong(1), rows.getInt(2), Integer::sum);
        }
      }
    }
    return lines;
  }

  /** What a query of one number says on each shard. */
  List<Long> numbers(String sql) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    for (Connection audit : audits.subList(0, 2)) {
      numbers.addAll(column(audit, sql));
    }
    return numbers;
  }

  /** The copies of the one row of the reference table that is always there. */
  List<Long> rates() throws SQLException {
    return numbers("SELECT n FROM rate WHERE id = 1");
  }

  /** What the copies are told apart by: those of that row, and sums over all. */
  List<Long> copies() throws SQLException {
    return numbers(
        "SELECT unnest(ARRAY[sum(n) FILTER (WHERE id = 1), sum(id * 1000 + n)]) FROM rate");
  }

  /** Takes the rows out of the copies that programs have added. */
  void tidy() throws SQLException {
    for (Connection audit : audits.subList(0, 2)) {
      try (Statement statement = audit.createStatement()) {
        statement.execute("DELETE FROM rate WHERE id > 1");
      }
    }
    desk.deliveries.forget();
  }

  /** Puts right what a program has left that went wrong. */
  void putRight() throws SQLException {
    wires.values().forEach(FaultyWire::heal);
    wires.values().forEach(wire -> wire.proxy().resetConnections());
    for (Connection audit : audits) {
      rollBackPrepared(audit);
    }
    for (Connection audit : audits.subList(0, 2)) {
      try (Statement statement = audit.createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state <> 'idle'"
                + " AND datname = current_database() AND pid <> pg_backend_pid()");
        statement.execute("UPDATE rate SET n = 0; DELETE FROM shardjdbc.outbox");
      }
    }
    if (hangs) { // whoever gets one of those connections waits for ever
      hangs = false;
      Thread closing = new Thread(desk::close, "closes what hangs");
      closing.setDaemon(true);
      closing.start();
      desk = openDesk();
    }
    tidy();
    desk.transfers.forget();
    decided.forget();
  }

  private static void rollBackPrepared(Connection audit) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = audit.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      for (String name : names) {
        statement.execute("ROLLBACK PREPARED '" + name + "'");
      }
    }
  }

  /** How much is prepared in the databases, of whatever kind. */
  long prepared() throws SQLException {
    return number("SELECT count(*) FROM pg_prepared_xacts WHERE database IN (" + databases() + ")");
  }

  /** Those of this bank, on whichever server. */
  private String databases() {
    return "'%s', '%s_more'".formatted(database, database);
  }

  /** Branches of transaction managers, which nobody else may end. */
  private List<Long> foreign() throws SQLException {
    return numbers(
        "SELECT 1 FROM pg_prepared_xacts WHERE database = current_database()"
            + " AND gid LIKE 'shardjdbc:x%'");
  }

  private long number(String sql) throws SQLException {
    return numbers(sql).stream().mapToLong(Long::longValue).sum();
  }

  private static List<Long> column(Connection connection, String sql) throws SQLException {
    List<Long> column = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        column.add(row.getLong(1));
      }
    }
    return column;
  }

  @Override
  public void close() throws SQLException {
    wires.values().forEach(wire -> wire.proxy().close());
    desk.close();
    direct.close();
    if (hasty != null) {
      hasty.close();
    }
    for (Connection audit : audits) {
      audit.close();
    }
  }
}
