package io.shardjdbc.examples.transfer;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** That no money was made or lost, and every transfer applied once or not at all. */
final class Proof {

  private static final String UNDONE = " (undone)";

  private final Map<String, String> urls;
  private final PrintStream out;
  private final Map<String, Long> sums = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private long total;
  private long overdrawn;
  private long unbooked;
  private long prepared;
  private long openSagas;

  /**
   * @param urls of the servers, which are asked directly, past the library
   */
  Proof(Map<String, String> urls, PrintStream out) {
    this.urls = urls;
    this.out = out;
  }

  /** Returns whether all holds. */
  boolean holds(Collection<String> acknowledged) throws SQLException {
    for (String url : urls.values()) {
      try (Connection connection = java.sql.DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        read(statement);
      }
    }
    Set<String> whole = new HashSet<>();
    long torn = 0;
    long undone = 0;
    for (String transfer : sums.keySet()) {
      int bookings = counts.getOrDefault(transfer, 0);
      if (sums.get(transfer) != 0 || bookings != 2) {
        torn++;
      } else if (transfer.endsWith(UNDONE)) {
        undone++;
      } else {
        whole.add(transfer);
      }
    }
    long lost =
        acknowledged.stream()
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .filter(transfer -> !whole.contains(transfer))
            .count();
    long expected = Bank.ACCOUNTS * Bank.START;
    out.printf("total money: %,d of %,d%n", total, expected);
    out.printf("accounts below zero: %d%n", overdrawn);
    out.printf("accounts that are not the sum of their bookings: %d%n", unbooked);
    out.printf("transfers applied once: %,d; debited and undone: %,d%n", whole.size(), undone);
    out.printf("transfers applied in part or twice: %d%n", torn);
    out.printf("transfers acknowledged and not applied: %d%n", lost);
    out.printf("prepared transactions left: %d; sagas without an end: %d%n", prepared, openSagas);
    return total == expected
        && overdrawn + unbooked + torn + lost + prepared + openSagas == 0
        && !whole.isEmpty();
  }

  private void read(Statement statement) throws SQLException {
    total += number(statement, "SELECT sum(balance) FROM accounts");
    overdrawn += number(statement, "SELECT count(*) FROM accounts WHERE balance < 0");
    unbooked +=
        number(
            statement,
            "SELECT count(*) FROM accounts a WHERE balance <> "
                + Bank.START
                + " + (SELECT coalesce(sum(amount), 0) FROM bookings WHERE account = a.id)");
    prepared +=
        number(
            statement,
            "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()");
    openSagas +=
        number(
            statement,
            "SELECT count(*) FROM shardjdbc.saga WHERE status NOT IN ('completed', 'compensated')");
    try (ResultSet row =
        statement.executeQuery(
            "SELECT transfer, account, sum(amount), count(*) FROM bookings GROUP BY 1, 2")) {
      while (row.next()) {
        boolean undone = row.getLong(3) == 0 && row.getInt(4) == 2;
        String transfer = row.getString(1) + (undone ? UNDONE : "");
        sums.merge(transfer, row.getLong(3), Long::sum);
        counts.merge(transfer, row.getInt(4), Integer::sum);
      }
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
