package io.shardjdbc.tests.fault;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.testkit.Deadline;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A transaction manager's branch over both shards, as a manager treats it. */
record Branch(long op, XAConnection[] at) implements Xid, AutoCloseable {

  Branch(long op) {
    this(op, new XAConnection[1]);
  }

  @Override
  public int getFormatId() {
    return 42;
  }

  @Override
  public byte[] getGlobalTransactionId() {
    return ByteBuffer.allocate(Long.BYTES).putLong(op).array();
  }

  @Override
  public byte[] getBranchQualifier() {
    return new byte[] {1};
  }

  /** Works and prepares; true if the manager may decide to commit. */
  boolean prepare(ShardDataSource dataSource, List<Long> accounts) {
    try {
      at[0] = new ShardXADataSource(dataSource).getXAConnection();
      XAResource resource = at[0].getXAResource();
      try (Connection connection = at[0].getConnection()) {
        connection.setNetworkTimeout(Runnable::run, 400);
        resource.start(this, XAResource.TMNOFLAGS);
        try (Statement statement = connection.createStatement()) {
          for (long account : accounts) {
            statement.executeUpdate("INSERT INTO ledger VALUES (%d, %d)".formatted(account, op));
          }
        }
        resource.end(this, XAResource.TMSUCCESS);
        return resource.prepare(this) == XAResource.XA_OK;
      }
    } catch (SQLException | XAException e) {
      return false;
    }
  }

  boolean commit() {
    try {
      at[0].getXAResource().commit(this, false);
      return true;
    } catch (SQLException | XAException e) {
      return false; // the manager tells it again
    }
  }

  /** Ends it as decided, wherever it is prepared still; a server that is slow is told again. */
  void settle(ShardDataSource dataSource, boolean decided) throws Exception {
    XAConnection recovering = new ShardXADataSource(dataSource).getXAConnection();
    try {
      Deadline.in(FaultProgram.HEALING)
          .await("it is told", () -> isTold(recovering.getXAResource(), decided));
    } finally {
      recovering.close();
    }
  }

  private boolean isTold(XAResource resource, boolean decided) throws XAException {
    try {
      if (decided) {
        resource.commit(this, false);
      } else {
        resource.rollback(this);
      }
    } catch (XAException e) {
      if (e.errorCode == XAException.XAER_RMFAIL) {
        return false;
      }
      if (e.errorCode != XAException.XAER_NOTA) {
        throw e;
      }
    }
    return true;
  }

  @Override
  public void close() {
    if (at[0] != null) {
      try {
        at[0].close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }

  @Override
  public String toString() {
    return "branch " + op;
  }
}
