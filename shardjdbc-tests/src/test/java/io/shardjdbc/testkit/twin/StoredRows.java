package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.RoutingConfiguration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what lies in the tables of both sides, for tests in other packages. */
public final class StoredRows {

  private final TableStates states;

  public StoredRows(
      Connection single, Map<String, Connection> shards, RoutingConfiguration routing) {
    this.states = new TableStates(single, shards, List.copyOf(routing.tables().values()));
  }

  /** Where the sides differ, if anywhere. */
  public Optional<String> difference() throws SQLException {
    return states.difference();
  }

  /** Tells it that tables may have come or gone. */
  public void schemaChanged() {
    states.schemaChanged();
  }
}
