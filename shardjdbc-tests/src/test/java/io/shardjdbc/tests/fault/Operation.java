package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What a session does at once: each writes as many lines as it says, or none. */
enum Operation {
  INSERT(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      insert(on, desk.accounts.get((int) (op % 2)), op, handle);
    }
  },
  INSERT_OVER_SHARDS(2, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      List<Long> accounts = desk.accounts;
      String values = "(%d, %d), (%d, %d)".formatted(accounts.get(0), op, accounts.get(1), op);
      execute(on, "INSERT INTO ledger VALUES " + values, handle);
    }
  },
  BATCH(3, false) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      try (PreparedStatement batch = on.prepareStatement("INSERT INTO ledger VALUES (?, ?)")) {
        handle.set(batch);
        for (int i = 0; i < 3; i++) {
          batch.setLong(1, desk.accounts.get(0));
          batch.setLong(2, op);
          batch.addBatch();
        }
        batch.executeBatch();
      }
    }
  },
  FUNCTION(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      execute(
          on,
          "/* shardjdbc: shard=s0 */ SELECT enter(%d, %d)".formatted(desk.accounts.get(0), op),
          handle);
    }
  },
  CALL(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      try (CallableStatement call =
          on.prepareCall("/* shardjdbc: shard=s0 */ {? = call enter(?, ?)}")) {
        handle.set(call);
        call.registerOutParameter(1, Types.BIGINT);
        call.setLong(2, desk.accounts.get(0));
        call.setLong(3, op);
        call.execute();
      }
    }
  },
  /** A value that is a stream, which ends as it should or throws. */
  STREAM(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      String sql = "INSERT INTO ledger VALUES (?, ?::bigint + 0 * length(?::bytea))";
      try (PreparedStatement insert = on.prepareStatement(sql)) {
        handle.set(insert);
        insert.setLong(1, desk.accounts.get((int) (op % 2)));
        insert.setLong(2, op);
        InputStream value = op % 3 == 0 ? new Source() : new ByteArrayInputStream(LARGE);
        insert.setBinaryStream(3, value, LARGE.length);
        insert.executeUpdate();
      }
    }
  },
  /** A transaction whose owner takes no notice of an error, and commits. */
  CAUGHT(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      on.setAutoCommit(false);
      insert(on, desk.accounts.get((int) (op % 2)), op, handle);
      try {
        execute(on, "UPDATE ledger SET op = op / 0 WHERE op = " + op, handle);
      } catch (SQLException e) {
        // It takes none.
      }
      on.commit();
    }
  },
  TRANSACTION(2, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      inTransaction(on, List.of(desk.accounts.get(0), desk.accounts.get(0)), op, handle);
    }
  },
  TRANSACTION_OVER_SHARDS(3, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      overShards(on, desk, op, handle);
    }
  },
  /** By another configuration, which means another database by one of the names. */
  OTHER_CONFIGURATION(3, true) {
    @Override
    Connection connect(Desk desk) throws SQLException {
      return desk.other.getConnection();
    }

    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      overShards(on, desk, op, handle);
    }
  },
  ROLLED_BACK(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      on.setAutoCommit(false);
      insert(on, desk.accounts.get(0), op, handle);
      insert(on, desk.accounts.get(1), op, handle);
      on.rollback();
      on.setAutoCommit(true);
    }
  },
  COPY(4, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        rows.append(desk.accounts.get(i % 2)).append('\t').append(op).append('\n');
      }
      byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
      on.unwrap(ShardConnection.class)
          .copy()
          .copyIn("COPY ledger FROM STDIN", new ByteArrayInputStream(bytes));
    }
  },
  COPY_OUT(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      on.unwrap(ShardConnection.class).copy().copyOut("COPY ledger TO STDOUT", new Sink(op % 5));
    }
  },
  OUTBOX(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      long account = desk.accounts.get((int) (op % 2));
      on.setAutoCommit(false);
      insert(on, account, op, handle);
      desk.deliveries.add(on, account, op);
      execute(
          on,
          "INSERT INTO posted VALUES (%d, %d, clock_timestamp())".formatted(account, op),
          handle);
      on.commit();
    }
  },
  /** Of which the bank's own books tell what became. */
  SAGA(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      throw new AssertionError("a saga has connections of its own");
    }
  },
  RATE_INSERT(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      execute(on, "INSERT INTO rate VALUES (%d, 0)".formatted(op), handle);
    }
  },
  RATE_ALL(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      execute(on, "UPDATE rate SET n = n + 1", handle);
    }
  },
  RATE(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      execute(on, "UPDATE rate SET n = n + 1 WHERE id = 1", handle);
    }
  };

  /** The statement that runs, for whoever cancels it. */
  static final class Handle extends AtomicReference<Statement> {
    private static final long serialVersionUID = 1L;
  }

  private static final byte[] LARGE = new byte[300_000];

  /** Gives some bytes, and throws. */
  private static final class Source extends InputStream {
    private int left = LARGE.length / 2;

    @Override
    public int read() throws IOException {
      if (left == 0) {
        throw new IOException("as it was drawn");
      }
      left--;
      return 0;
    }
  }

  /** Takes some rows, and throws. */
  private static final class Sink extends OutputStream {
    private long left;

    Sink(long rows) {
      this.left = rows;
    }

    @Override
    public void write(int b) {
      write(new byte[1], 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (left-- <= 0) {
        throw new IllegalStateException("as it was drawn");
      }
    }
  }

  private final int lines;
  private final boolean whole;

  /**
   * @param whole whether it stands as a whole or not at all, whatever happens
   */
  Operation(int lines, boolean whole) {
    this.lines = lines;
    this.whole = whole;
  }

  /** A connection through the faulty network. */
  Connection connect(Desk desk) throws SQLException {
    return desk.dataSource.getConnection();
  }

  /** How many lines it writes, where the session that wrote them can read them all. */
  int linesToReadBack() {
    return this == OTHER_CONFIGURATION ? 0 : lines;
  }

  abstract void run(Connection on, Desk desk, long op, Handle handle) throws Exception;

  /** Whether what stands is what the caller was told. */
  boolean agrees(Told told, int stands) {
    return switch (told) {
      case DONE -> stands == lines;
      case FAILED -> stands == 0;
      case UNKNOWN -> whole ? stands == 0 || stands == lines : stands <= lines;
    };
  }

  private static void overShards(Connection on, Desk desk, long op, Handle handle)
      throws SQLException {
    long first = desk.accounts.get((int) ((op + op / 100) % 2)); // whose shard decides
    long second = desk.accounts.get((int) ((op + op / 100 + 1) % 2));
    inTransaction(on, List.of(first, second, first), op, handle);
  }

  private static void inTransaction(Connection on, List<Long> accounts, long op, Handle handle)
      throws SQLException {
    on.setAutoCommit(false);
    for (long account : accounts) {
      insert(on, account, op, handle);
    }
    on.commit();
  }

  private static void insert(Connection on, long account, long op, Handle handle)
      throws SQLException {
    execute(on, "INSERT INTO ledger VALUES (%d, %d)".formatted(account, op), handle);
  }

  private static void execute(Connection on, String sql, Handle handle) throws SQLException {
    try (Statement statement = on.createStatement()) {
      handle.set(statement);
      statement.execute(sql);
    }
  }
}
