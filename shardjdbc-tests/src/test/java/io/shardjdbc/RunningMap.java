package io.shardjdbc;

import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.PlanCounts;
import io.shardjdbc.routing.route.Planner;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

/** Gives running DataSources other maps, as whatever moves rows will. */
public final class RunningMap {

  private static final int MOST_TRIES = 4;

  private RunningMap() {}

  /** The map of this moment. */
  public static ShardMap of(ShardDataSource dataSource) throws SQLException {
    return dataSource.unwrap(CurrentMap.class).get();
  }

  /** Installs a map; on a busy machine a server may not answer in time, and is asked again. */
  public static void install(
      ShardDataSource dataSource, ShardMap next, ShardConfiguration... joining)
      throws SQLException {
    for (int tries = 1; tries < MOST_TRIES; tries++) {
      try {
        dataSource.mapChanges().install(next, List.of(joining));
        return;
      } catch (SQLTransientConnectionException e) {
        continue;
      }
    }
    dataSource.mapChanges().install(next, List.of(joining));
  }

  /** The map of the earliest epoch by which something runs still. */
  public static ShardMap oldestInUse(ShardDataSource dataSource) {
    return dataSource.mapChanges().oldestInUse();
  }

  public static PlanCounts plans(ShardDataSource dataSource) {
    return ((Planner) dataSource.router()).planCounts();
  }
}
