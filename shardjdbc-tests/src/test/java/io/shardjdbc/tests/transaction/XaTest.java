package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All shards as one branch of a transaction manager, which is played by the test. */
class XaTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static List<Long> accounts;
  private static long transfers;

  private final long transfer = ++transfers;
  private final Xid xid = new TestXid(transfer);
  private XAConnection xa;
  private XAResource resource;
  private Connection connection;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = Accounts.open(cluster.primaryUrls());
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 3).values());
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    xa = new ShardXADataSource(dataSource).getXAConnection();
    resource = xa.getXAResource();
    connection = xa.getConnection();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    xa.close();
    assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  private void work(List<Long> on) throws Exception {
    resource.start(xid, XAResource.TMNOFLAGS);
    for (long account : on) {
      Accounts.enter(connection, account, transfer);
    }
    resource.end(xid, XAResource.TMSUCCESS);
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  @Test
  void aBranchIsPreparedAndCommittedOnAllShards() throws Exception {
    work(accounts);
    assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
    assertThat(entered()).isEmpty();
    assertThat(dataSource.transactions().recover().isClean()).isTrue();
    resource.commit(xid, false);
    assertThat(entered()).containsExactlyInAnyOrderElementsOf(accounts);
    assertThat(connection.getAutoCommit()).isTrue();
    assertThatThrownBy(() -> resource.commit(xid, false))
        .satisfies(e -> assertThat(((XAException) e).errorCode).isEqualTo(XAException.XAER_NOTA));
  }

  @Test
  void aBranchThatIsPreparedSurvivesItsProcessAndIsRecoveredByAnother() throws Exception {
    work(accounts);
    resource.prepare(xid);
    xa.close();
    try (ShardDataSource other = Accounts.open(cluster.primaryUrls())) {
      XAConnection recovering = new ShardXADataSource(other).getXAConnection();
      Xid[] found = recovering.getXAResource().recover(XAResource.TMSTARTRSCAN);
      assertThat(found).hasSize(1);
      assertThat(found[0].getFormatId()).isEqualTo(xid.getFormatId());
      assertThat(found[0].getGlobalTransactionId()).isEqualTo(xid.getGlobalTransactionId());
      assertThat(found[0].getBranchQualifier()).isEqualTo(xid.getBranchQualifier());
      recovering.getXAResource().commit(found[0], false);
      recovering.close();
    }
    assertThat(entered()).hasSize(3);
  }

  @Test
  void aPreparedBranchIsNotBegunAnew() throws Exception {
    work(accounts.subList(0, 2));
    resource.prepare(xid);
    assertThatThrownBy(() -> resource.start(xid, XAResource.TMNOFLAGS))
        .satisfies(e -> assertThat(((XAException) e).errorCode).isEqualTo(XAException.XAER_DUPID));
    resource.commit(xid, false);
    assertThat(entered()).hasSize(2);
  }

  @Test
  void aPreparedBranchIsRolledBack() throws Exception {
    work(accounts);
    resource.prepare(xid);
    resource.rollback(xid);
    assertThat(entered()).isEmpty();
  }

  @Test
  void aBranchIsRolledBackBeforeItIsPrepared() throws Exception {
    work(accounts);
    resource.rollback(xid);
    assertThat(entered()).isEmpty();
  }

  @Test
  void aBranchThatOnlyReadsHasNothingToCommit() throws Exception {
    resource.start(xid, XAResource.TMNOFLAGS);
    assertThat(Accounts.number(connection, "SELECT count(*) FROM accounts")).isZero();
    resource.end(xid, XAResource.TMSUCCESS);
    assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_RDONLY);
  }

  @Test
  void aBranchOfItsOwnCommitsInOnePhaseOverAllShards() throws Exception {
    work(accounts);
    resource.commit(xid, true);
    assertThat(entered()).hasSize(3);
  }

  @Test
  void aFailedPrepareLeavesNothing() throws Exception {
    resource.start(xid, XAResource.TMNOFLAGS);
    for (long account : accounts) {
      Accounts.enter(connection, account, transfer);
    }
    Accounts.number(
        connection, "/* shardjdbc: shard=s2 */ SELECT length(pg_notify('x', 'y')::text)");
    resource.end(xid, XAResource.TMSUCCESS);
    assertThatThrownBy(() -> resource.prepare(xid))
        .hasMessageContaining("SJ0615")
        .satisfies(
            e -> assertThat(((XAException) e).errorCode).isEqualTo(XAException.XA_RBROLLBACK));
    assertThat(entered()).isEmpty();
  }

  @Test
  void aNotificationIsNotLostWhereNothingElseIsWritten() throws Exception {
    for (String notifying :
        List.of(
            "SELECT pg_notify('x', 'y')",
            "NOTIFY x, 'y'",
            "/* shardjdbc: shard=s2 */ SELECT length(pg_notify('x', 'y')::text)")) {
      resource.start(xid, XAResource.TMNOFLAGS);
      try (Statement statement = connection.createStatement()) {
        statement.execute(notifying);
      }
      resource.end(xid, XAResource.TMSUCCESS);
      assertThatThrownBy(() -> resource.prepare(xid))
          .as(notifying)
          .hasMessageContaining("SJ0615")
          .hasMessageContaining("NOTIFY");
    }
  }

  @Test
  void theApplicationDoesNotEndWhatTheManagerIsToEnd() throws Exception {
    resource.start(xid, XAResource.TMNOFLAGS);
    Accounts.enter(connection, accounts.get(0), transfer);
    assertThatThrownBy(connection::commit).hasMessageContaining("SJ0703");
    assertThatThrownBy(connection::rollback).hasMessageContaining("SJ0703");
    assertThatThrownBy(() -> connection.setAutoCommit(true)).hasMessageContaining("SJ0703");
    Savepoint savepoint = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      for (String sql : List.of("COMMIT", "ROLLBACK", "END", "SELECT 1; COMMIT; SELECT 1")) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageContaining("SJ0703");
        connection.rollback(savepoint); // as a statement that failed, it has aborted the branch
      }
      assertThatThrownBy(() -> statement.getConnection().commit()).hasMessageContaining("SJ0703");
    }
    resource.end(xid, XAResource.TMSUSPEND);
    resource.start(xid, XAResource.TMRESUME);
    Accounts.enter(connection, accounts.get(1), transfer);
    resource.end(xid, XAResource.TMSUCCESS);
    resource.commit(xid, true);
    assertThat(entered()).hasSize(2);
  }
}
