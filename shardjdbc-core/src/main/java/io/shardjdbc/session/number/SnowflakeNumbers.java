package io.shardjdbc.session.number;

import io.shardjdbc.config.IdSettings;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.ids.IdsUnavailableException;
import io.shardjdbc.ids.NodeLeases;
import io.shardjdbc.ids.Snowflake;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Numbering.Draw;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snowflake ids where a statement would take numbers of a sequence that belongs to a table which
 * wants them instead.
 *
 * <p>The plan of the statement is the same: what it takes from the sequence's home comes from this
 * process, which leases a node's number and asks again twice a minute. Which table a sequence
 * belongs to is asked once. Thread-safe.
 */
public final class SnowflakeNumbers {

  private static final Logger LOG = LoggerFactory.getLogger(SnowflakeNumbers.class);
  private static final int TRIES = 3;

  private static final String OWNER =
      """
      SELECT n.nspname, c.relname, a.attname, a.atttypid = 'pg_catalog.int8'::pg_catalog.regtype
      FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = pg_catalog.to_regclass(?) AND d.deptype IN ('a', 'i')
      """;

  private final ShardNodes nodes;
  private final ShardId home;
  private final Set<List<String>> tables;
  private final Map<String, Boolean> wanted = new ConcurrentHashMap<>();
  private @Nullable Snowflake ids;

  /**
   * @param home where the node is leased: the same for all tables and processes, wherever the
   *     sequences count, for nodes of two places have the same numbers
   */
  SnowflakeNumbers(ShardNodes nodes, ShardId home, IdSettings settings) {
    this.nodes = nodes;
    this.home = home;
    this.tables = settings.snowflakes();
  }

  /** Whether what a statement would take from a sequence comes from here. */
  public boolean areFor(Draw draw) throws SQLException {
    if (tables.isEmpty()) {
      return false;
    }
    Boolean known = wanted.get(draw.sequence());
    if (known == null) {
      known = nodes.primary(draw.home()).ask(connection -> isWanted(connection, draw));
      wanted.put(draw.sequence(), known);
    }
    return known;
  }

  private boolean isWanted(Connection connection, Draw draw) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OWNER)) {
      statement.setString(1, draw.sequence());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        String schema = row.getString(1);
        String table = row.getString(2);
        boolean declared =
            tables.contains(List.of(schema, table))
                || (schema.equals("public") && tables.contains(List.of(table)));
        if (declared && !row.getBoolean(4)) {
          throw SqlErrors.of(ErrorCode.ID_COLUMN_NARROW, table, row.getString(3));
        }
        return declared;
      }
    }
  }

  /** Makes what a draw asks for. */
  public void take(Draw draw, long[] into, int at) throws SQLException {
    try {
      Snowflake source = source();
      for (int i = 0; i < draw.count(); i++) {
        into[at + i] = source.next();
      }
    } catch (IdsUnavailableException | SQLException e) {
      throw SqlErrors.of(e, ErrorCode.IDS_UNAVAILABLE, draw.sequence(), home);
    }
  }

  /**
   * What makes them all; it leases a node when it is first asked for.
   *
   * @throws SQLException if the leases cannot be had
   * @throws IdsUnavailableException if none is free, or the place of the leases does not answer
   */
  public synchronized Snowflake source() throws SQLException {
    Snowflake known = ids;
    if (known == null) {
      NodeLeases leases = NodeLeases.in(() -> nodes.primary(home).open());
      install(leases);
      known = Snowflake.over(leases);
      ids = known;
    }
    return known;
  }

  /** Others may install at the same moment, at which a server may say that it is there already. */
  private static void install(NodeLeases leases) throws SQLException {
    for (int left = TRIES; ; left--) {
      try {
        leases.install();
        return;
      } catch (SQLException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  /** Gives the node back, so that another process need not wait for the lease to end. */
  synchronized void close() {
    Snowflake known = ids;
    if (known != null) {
      try {
        known.close();
      } catch (SQLException e) {
        LOG.debug("the lease of an id node ends by itself", e);
      }
    }
  }
}
