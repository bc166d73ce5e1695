package io.shardjdbc.tests.core;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;

/** Opens a DataSource over the servers it is given, and reads a row by its key from each. */
final class StartProgram {

  static final String READ = "read";
  private static final int KEYS = 40;

  private StartProgram() {}

  public static void main(String[] urls) throws Exception {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < urls.length; shard++) {
      builder.shard("s" + shard, urls[shard]);
    }
    try (ShardDataSource dataSource =
        builder.tables(tables -> tables.sharded("users", "user_id")).build()) {
      for (long key : List.of(0L, KEYS / 2L, (long) KEYS)) {
        try (Connection connection = dataSource.getConnection();
            PreparedStatement select =
                connection.prepareStatement("SELECT name FROM users WHERE user_id = ?")) {
          select.setLong(1, key);
          try (ResultSet rows = select.executeQuery()) {
            rows.next();
          }
        }
      }
      System.out.println(READ);
    }
  }
}
