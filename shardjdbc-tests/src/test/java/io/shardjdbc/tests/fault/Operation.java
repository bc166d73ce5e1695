package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardConnection;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What a session does at once: each writes as many lines as it says, or none. */
enum Operation {
  INSERT(1, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      insert(on, bank.accounts.get((int) (op % 2)), op, handle);
    }
  },
  INSERT_OVER_SHARDS(2, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      List<Long> accounts = bank.accounts;
      String values = "(%d, %d), (%d, %d)".formatted(accounts.get(0), op, accounts.get(1), op);
      execute(on, "INSERT INTO ledger VALUES " + values, handle);
    }
  },
  BATCH(3, false) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      try (PreparedStatement batch = on.prepareStatement("INSERT INTO ledger VALUES (?, ?)")) {
        handle.set(batch);
        for (int i = 0; i < 3; i++) {
          batch.setLong(1, bank.accounts.get(0));
          batch.setLong(2, op);
          batch.addBatch();
        }
        batch.executeBatch();
      }
    }
  },
  FUNCTION(1, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      execute(
          on,
          "/* shardjdbc: shard=s0 */ SELECT enter(%d, %d)".formatted(bank.accounts.get(0), op),
          handle);
    }
  },
  TRANSACTION(2, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      inTransaction(on, List.of(bank.accounts.get(0), bank.accounts.get(0)), op, handle);
    }
  },
  TRANSACTION_OVER_SHARDS(3, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      List<Long> accounts = bank.accounts;
      inTransaction(on, List.of(accounts.get(0), accounts.get(1), accounts.get(0)), op, handle);
    }
  },
  ROLLED_BACK(0, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      on.setAutoCommit(false);
      insert(on, bank.accounts.get(0), op, handle);
      insert(on, bank.accounts.get(1), op, handle);
      on.rollback();
      on.setAutoCommit(true);
    }
  },
  COPY(4, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws Exception {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        rows.append(bank.accounts.get(i % 2)).append('\t').append(op).append('\n');
      }
      byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
      on.unwrap(ShardConnection.class)
          .copy()
          .copyIn("COPY ledger FROM STDIN", new ByteArrayInputStream(bytes));
    }
  },
  RATE(0, true) {
    @Override
    void run(Connection on, Bank bank, long op, Handle handle) throws SQLException {
      execute(on, "UPDATE rate SET n = n + 1 WHERE id = 1", handle);
    }
  };

  /** The statement that runs, for whoever cancels it. */
  static final class Handle extends AtomicReference<Statement> {
    private static final long serialVersionUID = 1L;
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

  abstract void run(Connection on, Bank bank, long op, Handle handle) throws Exception;

  /** Whether what stands is what the caller was told. */
  boolean agrees(Told told, int stands) {
    return switch (told) {
      case DONE -> stands == lines;
      case FAILED -> stands == 0;
      case UNKNOWN -> whole ? stands == 0 || stands == lines : stands <= lines;
    };
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
