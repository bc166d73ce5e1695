package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one application leaves in a pooled XA connection, and misuse of its resource. */
@Timeout(120)
class XaPoolingTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;
  private static List<Long> accounts;
  private static long transfers = 1_000;

  private final long transfer = ++transfers;
  private final Xid xid = new TestXid(transfer);
  private XAConnection xa;
  private XAResource resource;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = Accounts.open(cluster.primaryUrls());
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
  }

  @AfterAll
  static void closeAll() {
    dataSource.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    xa = new ShardXADataSource(dataSource).getXAConnection();
    resource = xa.getXAResource();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    xa.close();
    assertThat(dataSource.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  @Test
  @SuppressWarnings("try") // handed back in the middle
  void theNextApplicationMeetsNothingOfTheOneBefore() throws Exception {
    for (boolean closes : List.of(true, false)) {
      Connection first = xa.getConnection();
      first.setAutoCommit(false);
      first.setReadOnly(false);
      Statement left = first.createStatement();
      left.execute("SET work_mem = '3MB'");
      Accounts.enter(first, accounts.get(0), transfer);
      if (closes) {
        first.close();
      }
      try (Connection next = xa.getConnection();
          Statement statement = next.createStatement()) {
        assertThat(next.getAutoCommit()).isTrue();
        try (ResultSet row = statement.executeQuery("SELECT current_setting('work_mem')")) {
          row.next();
          assertThat(row.getString(1)).isNotEqualTo("3MB");
        }
        assertThatThrownBy(() -> left.execute("SELECT 1")).isInstanceOf(SQLException.class);
        assertThatThrownBy(first::createStatement).isInstanceOf(SQLException.class);
      }
      assertThat(entered()).as("what was not committed").isEmpty();
    }
  }

  @Test
  void theConnectionOfAStatementIsTheHandleAndClosingItEndsNoBranch() throws Exception {
    Connection handle = xa.getConnection();
    resource.start(xid, XAResource.TMNOFLAGS);
    Accounts.enter(handle, accounts.get(0), transfer);
    Accounts.enter(handle, accounts.get(1), transfer);
    try (Statement statement = handle.createStatement()) {
      assertThat(statement.getConnection()).isSameAs(handle);
      assertThat(handle.getMetaData().getConnection()).isSameAs(handle);
      handle.unwrap(ShardConnection.class).close();
    }
    assertThat(handle.isClosed()).isTrue();
    Connection again = xa.getConnection();
    again.createStatement().getConnection().close();
    assertThat(again.isClosed()).isTrue();
    resource.end(xid, XAResource.TMSUCCESS);
    assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
    resource.commit(xid, false);
    assertThat(entered()).containsExactlyInAnyOrderElementsOf(accounts);
  }

  /** As a manager does whose patience is over, while the application goes on. */
  @Test
  void whatIsDoneInABranchThatAnotherThreadHasRolledBackStandsNowhere() throws Exception {
    for (boolean ends : List.of(true, false)) {
      Connection handle = xa.getConnection();
      resource.start(xid, XAResource.TMNOFLAGS);
      Accounts.enter(handle, accounts.get(0), transfer);
      FutureTask<Void> reaping =
          new FutureTask<>(
              () -> {
                if (ends) {
                  resource.end(xid, XAResource.TMFAIL);
                }
                resource.rollback(xid);
                return null;
              });
      new Thread(reaping, "reaper").start();
      reaping.get();
      assertThatThrownBy(() -> Accounts.enter(handle, accounts.get(1), transfer))
          .hasMessageContaining("SJ0701");
      handle.close();
      assertThat(entered()).isEmpty();
    }
    try (Connection next = xa.getConnection()) {
      Accounts.enter(next, accounts.get(0), transfer);
    }
    assertThat(entered()).containsExactly(accounts.get(0));
  }

  @Test
  void aBranchIsNotBegunOverWorkOfTheApplication() throws Exception {
    try (Connection handle = xa.getConnection()) {
      handle.setAutoCommit(false);
      Accounts.enter(handle, accounts.get(0), transfer);
      fails(() -> resource.start(xid, XAResource.TMNOFLAGS), XAException.XAER_RMERR);
      handle.rollback();
      resource.start(xid, XAResource.TMNOFLAGS);
      resource.end(xid, XAResource.TMSUCCESS);
      resource.commit(xid, true);
      assertThat(handle.getAutoCommit()).as("as it was before").isFalse();
    }
    assertThat(entered()).isEmpty();
  }

  private static void fails(ThrowingCallable call, int code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(XAException.class, e -> assertThat(e.errorCode).isEqualTo(code));
  }

  private static void call(XAResource resource, String method, @Nullable Xid xid, int flags)
      throws XAException {
    switch (method) {
      case "start" -> resource.start(xid, flags);
      case "end" -> resource.end(xid, flags);
      case "prepare" -> resource.prepare(xid);
      case "commit" -> resource.commit(xid, false);
      case "commitOnePhase" -> resource.commit(xid, true);
      case "rollback" -> resource.rollback(xid);
      default -> throw new AssertionError(method);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "end", "prepare", "commit", "commitOnePhase", "rollback"})
  void aNullXidAndABranchThatNobodyKnowsAreSaidToBe(String method) {
    int flags = method.equals("end") ? XAResource.TMSUCCESS : XAResource.TMNOFLAGS;
    fails(() -> call(resource, method, null, flags), XAException.XAER_INVAL);
    if (!method.equals("start")) {
      int code = method.equals("end") ? XAException.XAER_PROTO : XAException.XAER_NOTA;
      fails(() -> call(resource, method, xid, flags), code);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 0x40000000, 0x10000000, -1})
  void unknownFlagsAreRefused(int flags) throws Exception {
    fails(() -> resource.start(xid, flags), XAException.XAER_INVAL);
    fails(() -> resource.recover(flags), XAException.XAER_INVAL);
    resource.start(xid, XAResource.TMNOFLAGS);
    fails(() -> resource.end(xid, flags), XAException.XAER_INVAL);
    resource.end(xid, XAResource.TMFAIL);
    resource.rollback(xid);
  }

  @Test
  void whatComesOutOfTurnIsAFaultOfProtocolAndLosesNothing() throws Exception {
    Xid other = new TestXid(transfer + 500_000);
    try (Connection handle = xa.getConnection()) {
      resource.start(xid, XAResource.TMNOFLAGS);
      Accounts.enter(handle, accounts.get(0), transfer);
      fails(() -> resource.commit(xid, false), XAException.XAER_PROTO);
      fails(() -> resource.commit(xid, true), XAException.XAER_PROTO);
      fails(() -> resource.prepare(xid), XAException.XAER_PROTO);
      fails(() -> resource.start(other, XAResource.TMNOFLAGS), XAException.XAER_PROTO);
      resource.end(xid, XAResource.TMSUCCESS);
      fails(() -> resource.commit(xid, false), XAException.XAER_PROTO);
      fails(() -> resource.commit(other, true), XAException.XAER_NOTA);
      fails(() -> resource.prepare(other), XAException.XAER_NOTA);
      fails(() -> resource.start(other, XAResource.TMNOFLAGS), XAException.XAER_RMERR);
      assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
      fails(() -> resource.prepare(xid), XAException.XAER_PROTO);
      fails(() -> resource.commit(xid, true), XAException.XAER_PROTO);
      resource.commit(xid, false);
      fails(() -> resource.commit(xid, false), XAException.XAER_NOTA);
    }
    assertThat(entered()).containsExactly(accounts.get(0));
  }

  @Test
  void aBranchThatSomebodyElseHasEndedIsNotReportedAsEndedHere() throws Exception {
    for (boolean commit : List.of(true, false)) {
      try (Connection handle = xa.getConnection()) {
        resource.start(xid, XAResource.TMNOFLAGS);
        Accounts.enter(handle, accounts.get(0), transfer);
        resource.end(xid, XAResource.TMSUCCESS);
        resource.prepare(xid);
        XAConnection recovery = new ShardXADataSource(dataSource).getXAConnection();
        recovery.getXAResource().rollback(xid);
        recovery.close();
        fails(() -> call(resource, commit ? "commit" : "rollback", xid, 0), XAException.XAER_RMERR);
      }
    }
    assertThat(entered()).isEmpty();
  }

  @Test
  void preparedTransactionsOfOthersWithNamesLikeOursDisturbNobody() throws Exception {
    List<String> foreign =
        List.of(
            "shardjdbc:x1:0:A:B:0", // no text of ours: A is no whole byte
            "shardjdbc:x1:ffffffff:A-_9:====:0",
            "shardjdbc:x1:0:" + "A".repeat(120) + "::0",
            "shardjdbc:x_:0:AAAA:AAAA:0");
    String url = cluster.primaryUrls().get("s0");
    try (Connection direct = DriverManager.getConnection(url);
        Statement statement = direct.createStatement()) {
      for (String gid : foreign) {
        statement.execute("BEGIN; SELECT pg_current_xact_id(); PREPARE TRANSACTION '" + gid + "'");
      }
      try (Connection handle = xa.getConnection()) {
        resource.start(xid, XAResource.TMNOFLAGS);
        Accounts.enter(handle, accounts.get(0), transfer);
        Accounts.enter(handle, accounts.get(1), transfer);
        resource.end(xid, XAResource.TMSUCCESS);
        resource.prepare(xid);
        assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
            .singleElement()
            .satisfies(found -> assertThat(found.equals(xid)).isTrue());
        resource.commit(xid, false);
      } finally {
        for (String gid : foreign) {
          statement.execute("ROLLBACK PREPARED '" + gid + "'");
        }
      }
    }
    assertThat(entered()).containsExactlyInAnyOrderElementsOf(accounts);
  }

  @Test
  void aConstraintThatFailsAtPrepareIsToldAsSuch() throws Exception {
    String url = cluster.primaryUrls().get("s0");
    try (Connection handle = xa.getConnection();
        Connection direct = DriverManager.getConnection(url);
        Statement ddl = direct.createStatement()) {
      ddl.execute("CREATE TABLE IF NOT EXISTS parents (id int PRIMARY KEY)");
      ddl.execute(
          "CREATE TABLE IF NOT EXISTS children (id int REFERENCES parents"
              + " DEFERRABLE INITIALLY DEFERRED)");
      resource.start(xid, XAResource.TMNOFLAGS);
      try (Statement statement = handle.createStatement()) {
        statement.execute("/* shardjdbc: shard=s0 */ INSERT INTO children VALUES (4)");
      }
      resource.end(xid, XAResource.TMSUCCESS);
      fails(() -> resource.prepare(xid), XAException.XA_RBINTEGRITY);
      resource.rollback(xid); // a manager that says so all the same is not told of a fault
      fails(() -> resource.rollback(xid), XAException.XAER_NOTA);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "rollback"})
  void aBranchThatOnlyReadIsOverWhenItIsPrepared(String end) throws Exception {
    try (Connection handle = xa.getConnection()) {
      resource.start(xid, XAResource.TMNOFLAGS);
      try (Statement statement = handle.createStatement()) {
        statement.execute("SELECT 1");
      }
      resource.end(xid, XAResource.TMSUCCESS);
      assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_RDONLY);
      fails(() -> resource.prepare(xid), XAException.XAER_PROTO);
      fails(() -> resource.commit(xid, true), XAException.XAER_PROTO);
      call(resource, end, xid, 0);
      fails(() -> call(resource, end, xid, 0), XAException.XAER_NOTA);
    }
  }

  @Test
  void aClosedConnectionSaysThatTheResourceFailed() throws Exception {
    resource.start(xid, XAResource.TMNOFLAGS);
    resource.end(xid, XAResource.TMSUCCESS);
    xa.close();
    fails(() -> resource.commit(xid, true), XAException.XAER_RMFAIL);
    fails(() -> resource.commit(new TestXid(1), false), XAException.XAER_PROTO);
    assertThatThrownBy(xa::getConnection).isInstanceOf(SQLException.class);
  }

  @Test
  void aBranchOfWhichAStatementHasFailedIsRolledBackWhateverItsManagerAsksFor() throws Exception {
    for (boolean onePhase : List.of(true, false)) {
      try (Connection connection = xa.getConnection();
          Statement statement = connection.createStatement()) {
        resource.start(xid, XAResource.TMNOFLAGS);
        assertThatThrownBy(() -> statement.execute("INSERT INTO entries VALUES (1, NULL)"))
            .isInstanceOf(SQLException.class);
        resource.end(xid, XAResource.TMSUCCESS);
        assertThatThrownBy(
                () -> {
                  if (onePhase) {
                    resource.commit(xid, true);
                  } else {
                    resource.prepare(xid);
                  }
                })
            .isInstanceOfSatisfying(
                XAException.class,
                e ->
                    assertThat(e.errorCode).isBetween(XAException.XA_RBBASE, XAException.XA_RBEND));
      }
    }
    assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
  }

  @Test
  void branchesOfTheOtherShardsAreListedWhileOneIsAway() throws Exception {
    try (TcpProxy proxy = cluster.shard("s1").primary().proxy()) {
      Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
      urls.put("s1", cluster.shard("s1").primary().jdbcUrl(cluster.database(), proxy));
      try (ShardDataSource behind = Accounts.open(urls)) {
        XAConnection own = new ShardXADataSource(behind).getXAConnection();
        XAResource branches = own.getXAResource();
        try (Connection connection = own.getConnection()) {
          branches.start(xid, XAResource.TMNOFLAGS);
          for (long account : accounts) {
            Accounts.enter(connection, account, transfer);
          }
          branches.end(xid, XAResource.TMSUCCESS);
          assertThat(branches.prepare(xid)).isEqualTo(XAResource.XA_OK);
        }
        proxy.refuse();
        assertThat(branches.recover(XAResource.TMSTARTRSCAN)).containsExactly(xid);
        assertThatThrownBy(() -> branches.rollback(xid))
            .isInstanceOfSatisfying(
                XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        proxy.pass();
        branches.rollback(xid);
        assertThat(branches.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        own.close();
      }
    }
  }
}
