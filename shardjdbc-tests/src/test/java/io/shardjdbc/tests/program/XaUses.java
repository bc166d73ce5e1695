package io.shardjdbc.tests.program;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Steps that are a branch of a transaction manager, on a connection of its own. */
final class XaUses {

  private static final AtomicLong BRANCHES = new AtomicLong(System.nanoTime());

  private static final List<String> TEXTS =
      List.of(
          "UPDATE acct SET lvl = lvl + 1 WHERE id = {k}",
          "UPDATE acct SET bal = {m} WHERE id IN ({k}, {k})",
          "UPDATE acct SET lvl = lvl + 1",
          "INSERT INTO item (acct_id, n) VALUES ({k}, {n}) RETURNING item_id",
          "INSERT INTO own (name) VALUES ({t}) RETURNING id",
          "INSERT INTO acct (id, lvl) VALUES ({new}, {n})",
          "DELETE FROM mark WHERE folder_id = {k}",
          "UPDATE country SET n = n + 1 WHERE code = {c}",
          "UPDATE conf SET v = v + 1 WHERE k = {cf}",
          "UPDATE file SET ord = 1 WHERE folder_id = {k}",
          "SELECT id, lvl FROM acct WHERE id = {k}",
          "SELECT count(*), sum(lvl) FROM acct",
          "SET LOCAL work_mem = '6MB'",
          "SELECT nextval('ids')",
          "SELECT pg_notify('ch', {t})");

  /** How the manager ends a branch. */
  private enum End {
    ONE_PHASE,
    TWO_PHASES,
    LATER,
    ROLLBACK,
    ROLLBACK_PREPARED,
    FAIL
  }

  /** What a manager calls a branch; both sides get the same. */
  private record Branch(long number) implements Xid {
    @Override
    public int getFormatId() {
      return 77;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {1};
    }
  }

  private static final String BEGINNING = "branch that ends by ";

  private final Draw draw;
  private final Author author;

  XaUses(Draw draw, Author author) {
    this.draw = draw;
    this.author = author;
  }

  /** Whether a step is a branch, which is none of its session's own transaction. */
  static boolean isOne(Step step) {
    return step.text().startsWith(BEGINNING);
  }

  Step step(int session) {
    List<String> texts = new ArrayList<>();
    for (int i = draw.between(1, 3); i > 0; i--) {
      texts.add(author.text(draw.pick(TEXTS), true).sql());
    }
    End end = draw.pick(List.of(End.values()));
    return new Step(
        session,
        BEGINNING + end + ", of INSERT or so: " + texts,
        false,
        (s, seen) -> {
          try {
            run(s, seen, texts, end);
          } catch (XAException e) {
            if (e.getCause() instanceof SQLException cause) {
              throw cause;
            }
            seen.add("the manager sees an error");
          }
        });
  }

  private static void run(Session session, Seen seen, List<String> texts, End end)
      throws SQLException, XAException {
    Branch branch = new Branch(BRANCHES.incrementAndGet());
    XAConnection connection = session.branches().getXAConnection();
    try {
      XAResource resource = connection.getXAResource();
      boolean done = false;
      try {
        work(connection, branch, seen, texts, end);
        if (end == End.LATER) {
          resource.prepare(branch);
          connection.close();
          connection = session.branches().getXAConnection();
          settle(connection.getXAResource(), branch, seen);
        } else {
          end(resource, branch, end);
        }
        done = true;
      } finally {
        if (!done) {
          quietly(connection.getXAResource(), branch);
        }
      }
    } finally {
      connection.close();
    }
  }

  private static void work(
      XAConnection connection, Branch branch, Seen seen, List<String> texts, End end)
      throws SQLException, XAException {
    XAResource resource = connection.getXAResource();
    try (Connection handle = connection.getConnection()) {
      resource.start(branch, XAResource.TMNOFLAGS);
      boolean failed = true;
      try (Statement statement = handle.createStatement()) {
        for (String text : texts) {
          Author.answer(statement, statement.execute(text), seen);
        }
        failed = end == End.FAIL;
      } finally {
        resource.end(branch, failed ? XAResource.TMFAIL : XAResource.TMSUCCESS);
      }
    }
  }

  private static void end(XAResource resource, Branch branch, End end) throws XAException {
    switch (end) {
      case ONE_PHASE -> resource.commit(branch, true);
      case TWO_PHASES -> {
        if (resource.prepare(branch) == XAResource.XA_OK) {
          resource.commit(branch, false);
        }
      }
      case ROLLBACK_PREPARED -> {
        if (resource.prepare(branch) == XAResource.XA_OK) {
          resource.rollback(branch);
        }
      }
      case ROLLBACK, FAIL, LATER -> resource.rollback(branch);
    }
  }

  /** As another connection of the manager finds it. */
  private static void settle(XAResource resource, Branch branch, Seen seen) throws XAException {
    Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
    boolean there =
        Arrays.stream(found)
            .anyMatch(
                xid ->
                    Arrays.equals(xid.getGlobalTransactionId(), branch.getGlobalTransactionId()));
    seen.add("branch ended");
    if (there) {
      resource.commit(branch, false);
    }
  }

  private static void quietly(XAResource resource, Branch branch) {
    try {
      resource.rollback(branch);
    } catch (XAException e) {
      // it has ended by its failure
    }
  }
}
