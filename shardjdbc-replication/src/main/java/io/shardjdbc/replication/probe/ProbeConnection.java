package io.shardjdbc.replication.probe;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one connection over which a node is asked, opened when needed and dropped at the first error.
 *
 * <p>One thread at a time asks; any thread may close. Every operation has a network time-out, since
 * a stopped server answers nothing, not even a cancel request.
 */
final class ProbeConnection implements AutoCloseable {
  private final ConnectionSource source;
  private final LongSupplier clock;
  private final int timeoutMillis;

  private volatile boolean closed;
  private volatile @Nullable Connection connection;
  private @Nullable PreparedStatement question;
  private @Nullable Identity identity;
  private int generation;

  ProbeConnection(ConnectionSource source, LongSupplier clock, int timeoutMillis) {
    this.source = source;
    this.clock = clock;
    this.timeoutMillis = timeoutMillis;
  }

  /** What never changes while a server process lives. */
  private record Identity(long systemId, long serverStart, PageHeaders pageHeaders) {}

  /** Asks the node. After an exception the next call starts with a new connection. */
  NodeReading ask() throws SQLException {
    boolean done = false;
    try {
      PreparedStatement statement = question;
      Identity server = identity;
      if (statement == null || server == null) {
        Connection opened = open();
        server = identify(opened);
        statement = opened.prepareStatement(ProbeSql.READING);
        identity = server;
        question = statement;
        generation++;
      }
      NodeReading reading = read(statement, server);
      done = true;
      return reading;
    } finally {
      if (!done) {
        drop();
      }
    }
  }

  private Connection open() throws SQLException {
    Connection opened = source.open();
    connection = opened;
    if (closed) {
      throw new SQLException("the probe is closed", "08003");
    }
    opened.setNetworkTimeout(Runnable::run, timeoutMillis);
    opened.setAutoCommit(true);
    return opened;
  }

  private static Identity identify(Connection opened) throws SQLException {
    try (Statement statement = opened.createStatement();
        ResultSet row = statement.executeQuery(ProbeSql.IDENTITY)) {
      row.next();
      return new Identity(
          row.getLong(1), row.getLong(2), new PageHeaders(row.getLong(3), row.getLong(4)));
    }
  }

  private NodeReading read(PreparedStatement statement, Identity server) throws SQLException {
    long askedAt = clock.getAsLong();
    try (ResultSet row = statement.executeQuery()) {
      long answeredAt = clock.getAsLong();
      row.next();
      boolean standby = row.getBoolean(1);
      long position = ProbeSql.position(row.getString(2));
      if (!standby) {
        position = server.pageHeaders().lastEnd(position);
      }
      long received = Math.max(position, ProbeSql.position(row.getString(3)));
      return new NodeReading(
          generation,
          standby,
          server.systemId(),
          server.serverStart(),
          row.getInt(4),
          position,
          received,
          NodeReading.Standbys.valueOf(row.getString(5)),
          askedAt,
          answeredAt);
    }
  }

  private void drop() {
    question = null;
    identity = null;
    abort();
  }

  private void abort() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        // Not close(): that would talk to a server that may not answer.
        open.abort(Runnable::run);
      } catch (SQLException e) {
        // Aborting tells the server nothing and waits for nothing; there is no more to be done.
        connection = null;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    abort();
  }
}
