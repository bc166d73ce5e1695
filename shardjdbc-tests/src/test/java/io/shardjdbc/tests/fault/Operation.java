package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

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
        handle.comes(on);
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
        handle.comes(on);
        call.execute();
      }
    }
  },
  /**
   * A value that is a stream, which ends as it should, throws, or does something else meanwhile.
   */
  STREAM(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      String sql = "INSERT INTO ledger VALUES (?, ?::bigint + 0 * length(?::bytea))";
      try (PreparedStatement insert = on.prepareStatement(sql)) {
        handle.set(insert);
        insert.setLong(1, desk.accounts.get((int) (op % 2)));
        insert.setLong(2, op);
        insert.setBinaryStream(3, Streams.value(on, LARGE, handle.whim()), LARGE);
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
      handle.comes(on);
      on.rollback();
      on.setAutoCommit(true);
    }
  },
  COPY(4, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      on.unwrap(ShardConnection.class)
          .copy()
          .copyIn(IN_ROWS, Streams.rows(on, desk.accounts, op, 4, handle.whim()));
    }
  },
  COPY_IN_TRANSACTION(5, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      on.setAutoCommit(false);
      insert(on, desk.accounts.get((int) (op % 2)), op, handle);
      on.unwrap(ShardConnection.class)
          .copy()
          .copyIn(IN_ROWS, Streams.rows(on, desk.accounts, op, 4, handle.whim()));
      handle.comes(on);
      on.commit();
    }
  },
  COPY_OUT(0, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      on.unwrap(ShardConnection.class)
          .copy()
          .copyOut("COPY ledger (account, op) TO STDOUT", Streams.sink(on, handle.whim()));
    }
  },
  /** A transaction that writes while it streams rows of all shards, and may leave off. */
  ROWS(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      on.setAutoCommit(false);
      insert(on, desk.accounts.get((int) (op % 2)), op, handle);
      try (Statement statement = on.createStatement()) {
        handle.set(statement);
        statement.setFetchSize(2);
        try (ResultSet rows = statement.executeQuery("SELECT op FROM ledger ORDER BY op DESC")) {
          for (int row = 0; row < 8 && rows.next(); row++) {
            handle.comes(on);
          }
        }
      }
      on.commit();
    }
  },
  /** A write that its caller's time-out may end. */
  TIMED(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws SQLException {
      long account = desk.accounts.get((int) (op % 2));
      String nap = op % 8 == 0 ? "1.05" : "0";
      try (Statement statement = on.createStatement()) {
        handle.set(statement);
        statement.setQueryTimeout(1);
        handle.comes(on);
        statement.execute(
            "INSERT INTO ledger SELECT %d, %d FROM pg_sleep(%s)".formatted(account, op, nap));
      }
    }
  },
  /** A large object, which stands if its line does. */
  LARGE_OBJECT(1, true) {
    @Override
    void run(Connection on, Desk desk, long op, Handle handle) throws Exception {
      on.setAutoCommit(false);
      insert(on, desk.accounts.get((int) (op % 2)), op, handle);
      LargeObjectManager objects = on.unwrap(PGConnection.class).getLargeObjectAPI();
      long id = objects.createLO(LargeObjectManager.READWRITE);
      try (LargeObject object = objects.open(id)) {
        for (int written = 0; written < LARGE; written += LARGE / 6) {
          handle.comes(on);
          object.write(new byte[LARGE / 6]);
        }
      }
      execute(on, "UPDATE ledger SET object = " + id + " WHERE op = " + op, handle);
      handle.comes(on);
      on.commit();
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
  static final class Handle {
    private final Whim whim;
    private volatile @Nullable Statement statement;

    /**
     * @param whim what its caller does before one of its calls
     */
    Handle(Whim whim) {
      this.whim = whim;
    }

    Whim whim() {
      return whim;
    }

    @Nullable Statement get() {
      return statement;
    }

    void set(Statement running) {
      statement = running;
    }

    /** A call of its owner is about to be made. */
    void comes(Connection on) throws SQLException {
      whim.comes(on, statement);
    }
  }

  static final int LARGE = 300_000;

  private static final String IN_ROWS = "COPY ledger (account, op) FROM STDIN";

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
    handle.comes(on);
    on.commit();
  }

  private static void insert(Connection on, long account, long op, Handle handle)
      throws SQLException {
    execute(on, "INSERT INTO ledger VALUES (%d, %d)".formatted(account, op), handle);
  }

  private static void execute(Connection on, String sql, Handle handle) throws SQLException {
    try (Statement statement = on.createStatement()) {
      handle.set(statement);
      handle.comes(on);
      statement.execute(sql);
    }
  }
}
