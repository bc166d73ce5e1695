package io.shardjdbc.examples.instagram;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Loads rows in batches; over shards, each batch is split and goes to all of them at once. */
public final class Loader {

  private static final int BATCH = 2_000;

  private final DataSource dataSource;
  private final PrintStream out;

  public Loader(DataSource dataSource, PrintStream out) {
    this.dataSource = dataSource;
    this.out = out;
  }

  public void load(SampleData data) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      for (Rows rows : data.tables()) {
        load(connection, rows);
      }
    }
  }

  private void load(Connection connection, Rows rows) throws SQLException {
    Bar bar = new Bar(out, rows.table(), rows.count());
    try (PreparedStatement statement = connection.prepareStatement(rows.insert())) {
      for (int i = 0; i < rows.count(); i++) {
        Object[] values = rows.values().apply(i);
        for (int column = 0; column < values.length; column++) {
          statement.setObject(column + 1, values[column]);
        }
        statement.addBatch();
        if ((i + 1) % BATCH == 0 || i + 1 == rows.count()) {
          statement.executeBatch();
          bar.reached(i + 1);
        }
      }
    }
    bar.end();
  }
}
