package io.shardjdbc.testkit.twin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Runs a trial on one side. */
final class TrialRun {

  private TrialRun() {}

  static Reply of(Connection connection, Trial trial) {
    try {
      return trial.plain() ? plain(connection, trial) : prepared(connection, trial);
    } catch (SQLException e) {
      return new Reply.Failure(e);
    }
  }

  private static Reply plain(Connection connection, Trial trial) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      prepare(statement, trial);
      return answer(statement, statement.execute(trial.sql()));
    }
  }

  private static Reply prepared(Connection connection, Trial trial) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(trial.sql())) {
      prepare(statement, trial);
      int index = 1;
      for (Parameter parameter : trial.parameters()) {
        parameter.binding().bind(statement, index++);
      }
      return answer(statement, statement.execute());
    }
  }

  private static void prepare(Statement statement, Trial trial) throws SQLException {
    if (trial.fetchSize() > 0) {
      statement.setFetchSize(trial.fetchSize());
    }
    if (trial.maxRows() > 0) {
      statement.setMaxRows(trial.maxRows());
    }
  }

  private static Reply answer(Statement statement, boolean hasRows) throws SQLException {
    if (!hasRows) {
      return new Reply.Count(statement.getLargeUpdateCount());
    }
    try (ResultSet result = statement.getResultSet()) {
      List<Column> columns = Column.of(result.getMetaData());
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(Row.read(result, columns.size()));
      }
      return new Reply.Rows(columns, rows);
    }
  }
}
