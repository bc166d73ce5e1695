package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.tests.moment.History.Append;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Lists over shards, to whose ends transactions append. A round has lists of its own. */
final class Lists {

  static final int KEYS = 12;

  private static final String APPEND =
      "INSERT INTO lists (account, items) VALUES (?, ARRAY[?::bigint])"
          + " ON CONFLICT (account) DO UPDATE SET items = lists.items || excluded.items";
  private static final String READ =
      "SELECT account, items FROM lists WHERE account BETWEEN ? AND ?";

  private Lists() {}

  static void create(Map<String, String> primaryUrls) throws SQLException {
    for (String url : primaryUrls.values()) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE lists (account bigint PRIMARY KEY, items bigint[])");
      }
    }
  }

  /** What a transaction is to append: mostly to several lists, in any order. */
  static List<Append> draw(long round, long id, Random random) {
    int count = random.nextInt(8) == 0 ? 1 : 2 + random.nextInt(3);
    List<Append> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(new Append(round * KEYS + random.nextInt(KEYS), id * 8 + i));
    }
    return appends;
  }

  static void append(ShardDataSource dataSource, List<Append> appends) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      for (Append append : appends) {
        try (PreparedStatement statement = connection.prepareStatement(APPEND)) {
          statement.setLong(1, append.key());
          statement.setLong(2, append.item());
          statement.executeUpdate();
        }
      }
      connection.commit();
    }
  }

  /** All lists of a round, by one statement. */
  static Map<Long, List<Long>> read(Connection connection, long round) throws SQLException {
    return read(connection, round * KEYS, round * KEYS + KEYS - 1);
  }

  /** All lists of a round, by a statement for each. */
  static Map<Long, List<Long>> readOneByOne(Connection connection, long round) throws SQLException {
    Map<Long, List<Long>> lists = new TreeMap<>();
    for (long key = round * KEYS; key < round * KEYS + KEYS; key++) {
      lists.putAll(read(connection, key, key));
    }
    return lists;
  }

  private static Map<Long, List<Long>> read(Connection connection, long first, long last)
      throws SQLException {
    Map<Long, List<Long>> lists = new TreeMap<>();
    for (long key = first; key <= last; key++) {
      lists.put(key, List.of());
    }
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setLong(1, first);
      statement.setLong(2, last);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Array items = rows.getArray(2);
          lists.put(rows.getLong(1), Arrays.asList((Long[]) items.getArray()));
        }
      }
    }
    return lists;
  }
}
