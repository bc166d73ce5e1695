package io.shardjdbc.copy;

import io.shardjdbc.execute.CopyOrder;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * The shards' parts of one COPY FROM STDIN.
 *
 * <p>Each shard's rows are collected and sent in pieces; the driver hands a piece to the socket,
 * and the servers work at the same time. In auto-commit mode all parts are begun before the first
 * row and committed when all have taken theirs; in a transaction a shard takes part when it gets
 * its first row.
 */
final class CopyIn {

  private static final int PIECE = 64 * 1024;

  private final Session session;
  private final String sql;
  private final List<String> table;
  private final boolean split;
  private final boolean apart;
  private final Map<ShardId, Part> parts = new LinkedHashMap<>();
  private byte[] header = new byte[0];
  private boolean committing;
  private boolean done;

  /** One shard's part. */
  private static final class Part {
    private final Held held;
    private final org.postgresql.copy.CopyIn copy;
    private final byte[] piece = new byte[PIECE];
    private int length;

    Part(Held held, org.postgresql.copy.CopyIn copy) {
      this.held = held;
      this.copy = copy;
    }

    void write(byte[] record, int size) throws SQLException {
      if (length + size > PIECE) {
        flush();
      }
      if (size > PIECE) {
        copy.writeToCopy(record, 0, size);
      } else {
        System.arraycopy(record, 0, piece, length, size);
        length += size;
      }
    }

    void flush() throws SQLException {
      if (length > 0) {
        copy.writeToCopy(piece, 0, length);
        length = 0;
      }
    }
  }

  CopyIn(Session session, String sql, List<String> table, boolean split, boolean apart) {
    this.session = session;
    this.sql = sql;
    this.table = table;
    this.split = split;
    this.apart = apart;
  }

  boolean isApart() {
    return apart;
  }

  /** What every shard gets before its rows. */
  void header(byte[] bytes) {
    this.header = bytes;
  }

  void open(List<ShardId> shards) throws SQLException {
    Merge merge = split ? new Merge.SumOfCounts() : new Merge.SameOnAll(true);
    Route route = Copying.route(Effect.WRITE, sql, shards, merge, List.of(table));
    session.admit(route);
    if (split || shards.size() == 1) {
      for (ShardId shard : shards) {
        begin(hold(shard, route));
      }
      return;
    }
    List<Held> copies = new ArrayList<>();
    try {
      for (ShardId shard : shards) {
        copies.add(hold(shard, route));
      }
      CopyOrder.ofCopy(table).lock(session, copies);
      while (!copies.isEmpty()) {
        begin(copies.remove(0));
      }
    } catch (SQLException | RuntimeException | Error e) {
      copies.forEach(this::letGo);
      throw e;
    }
  }

  private Held hold(ShardId shard, Route route) throws SQLException {
    Held held = apart ? session.holdApart(shard, route) : session.hold(shard, route);
    try {
      held.used();
      if (session.inTransaction()) {
        session.beforeCopy();
      }
      return held;
    } catch (SQLException e) {
      letGo(held);
      throw e;
    }
  }

  private void begin(Held held) throws SQLException {
    try {
      Part part =
          new Part(held, held.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
      parts.put(held.shard(), part);
      if (apart && parts.size() > 1) {
        session.modes().mark(parts.values().stream().map(one -> one.held).toList());
      }
      part.write(header, header.length);
    } catch (SQLException e) {
      SQLException failure = session.failed(held, e);
      if (!parts.containsKey(held.shard())) {
        letGo(held);
      }
      throw failure;
    }
  }

  /** Gives back what has no part in it. */
  private void letGo(Held held) {
    if (apart) {
      held.rollback();
      session.endApart(held);
    }
    session.release(held);
  }

  void write(ShardId shard, byte[] record, int size) throws SQLException {
    if (!parts.containsKey(shard)) {
      open(List.of(shard));
    }
    Part part = parts.get(shard);
    if (part != null) {
      write(part, record, size);
    }
  }

  void writeToAll(byte[] record, int size) throws SQLException {
    for (Part part : parts.values()) {
      write(part, record, size);
    }
  }

  private void write(Part part, byte[] record, int size) throws SQLException {
    try {
      part.write(record, size);
    } catch (SQLException e) {
      throw session.failed(part.held, e);
    } catch (RuntimeException | Error e) {
      session.cut(part.held);
      throw e;
    }
  }

  /** Ends the streams; how many rows were copied, each counted once. */
  long end(byte[] trailer) throws SQLException {
    long rows = 0;
    boolean first = true;
    for (Part part : parts.values()) {
      write(part, trailer, trailer.length);
      try {
        part.flush();
      } catch (SQLException e) {
        throw session.failed(part.held, e);
      }
    }
    for (Part part : parts.values()) {
      try {
        long count = part.copy.endCopy();
        rows += split || first ? count : 0;
      } catch (SQLException e) {
        throw session.failed(part.held, e);
      }
      first = false;
    }
    return rows;
  }

  /** Makes it stand, in auto-commit mode. */
  void commit() throws SQLException {
    if (apart) {
      committing = true;
      session.modes().protocol().commit(parts.values().stream().map(part -> part.held).toList());
    }
    done = true;
  }

  /** Gives the connections back; what was not committed is undone. */
  void close() {
    for (Part part : parts.values()) {
      if (!done && part.copy.isActive()) {
        try {
          part.copy.cancelCopy();
        } catch (SQLException e) {
          session.failed(part.held, e); // notes that the transaction is lost by it
        }
        if (part.copy.isActive()) {
          session.cut(part.held);
        }
      }
      if (apart) {
        if (!committing) {
          part.held.rollback();
        }
        session.endApart(part.held);
      }
      session.release(part.held);
    }
  }
}
