package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.outcome.InDoubtTransaction;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.PartialCommitException;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What recovery ends, what it leaves alone, and what it shows. */
class RecoveryTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final int LOOKS = 5;

  private static final String SESSIONS =
      "SELECT sessions FROM pg_stat_database WHERE datname = current_database()";

  private static final String LOOKED =
      "SELECT coalesce(max(query_start)::text, '') FROM pg_stat_activity WHERE datname ="
          + " current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_prepared_xacts%'";

  /** That of another process than those that tests open. */
  private static ShardDataSource dataSource;

  private static List<Long> accounts;
  private static long transfers;

  private final long transfer = ++transfers;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = open(CommitObserver.NONE);
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 3).values());
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  private static ShardDataSource open(CommitObserver observer) throws SQLException {
    return Accounts.open(cluster.primaryUrls(), observer);
  }

  /** Leaves a transaction as a coordinator does that dies before this step. */
  private void abandonAt(Step step) throws SQLException {
    try (ShardDataSource dying =
        open(
            (at, shard) -> {
              if (at == step) {
                throw new IllegalStateException("dies here");
              }
            })) {
      assertThatThrownBy(() -> Accounts.transfer(dying, accounts, transfer))
          .hasMessageContaining("dies here");
    }
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  @Test
  void whatIsStillCoordinatedIsLeftAlone() throws SQLException {
    AtomicReference<RecoveryReport> report = new AtomicReference<>();
    try (ShardDataSource slow =
        open(
            (step, shard) -> {
              if (step == Step.BEFORE_DECISION) {
                report.set(dataSource.transactions().recover());
              }
            })) {
      Accounts.transfer(slow, accounts.subList(0, 2), transfer);
    }
    assertThat(report.get()).isEqualTo(new RecoveryReport(0, 0, 1, List.of()));
    assertThat(entered()).hasSize(2);
  }

  @Test
  void whatWasDecidedIsCommittedByTheScheduleOfAnotherProcess() throws SQLException {
    abandonAt(Step.BEFORE_TELLING);
    awaitSchedule();
    assertThat(entered()).hasSize(3);
  }

  @LongRun
  @Test
  void whatWasNotDecidedIsRolledBackByTheScheduleOfAnotherProcess() throws SQLException {
    abandonAt(Step.BEFORE_DECISION);
    awaitSchedule();
    assertThat(entered()).isEmpty();
  }

  private static void awaitSchedule() throws SQLException {
    try (ShardDataSource other = openEager()) {
      Deadline.in(Accounts.PATIENCE)
          .await("the schedule", () -> other.transactions().inDoubt().isEmpty());
    }
  }

  /** One that looks all the time. */
  private static ShardDataSource openEager() throws SQLException {
    TransactionSettings defaults = Accounts.settings();
    TransactionSettings eager =
        new TransactionSettings(
            TransactionMode.TWO_PHASE,
            false,
            defaults.durability(),
            defaults.acknowledgement(),
            defaults.commitTimeout(),
            Duration.ofMillis(100),
            Duration.ZERO,
            defaults.keepDecisions());
    return ObservedDataSource.open(
        Accounts.configuration(cluster.primaryUrls()).transactions(eager).build(),
        CommitObserver.NONE);
  }

  /** One look may be a whole one, for old decisions; each of them was, and opened a connection. */
  @Test
  void whereNothingIsPreparedALookOpensNoConnection() throws SQLException {
    Connection server = plain.to("s0");
    String before = said(server, LOOKED);
    try (ShardDataSource eager = openEager()) {
      String looked = awaitLookBehind(server, before);
      long sessions = Long.parseLong(said(server, SESSIONS));
      for (int look = 0; look < LOOKS; look++) {
        looked = awaitLookBehind(server, looked);
      }
      assertThat(Long.parseLong(said(server, SESSIONS)) - sessions).isLessThan(LOOKS);
      assertThat(eager.transactions().inDoubt()).isEmpty();
    }
  }

  private static String awaitLookBehind(Connection server, String last) throws SQLException {
    AtomicReference<String> next = new AtomicReference<>(last);
    Deadline.in(Accounts.PATIENCE)
        .await(
            "another look",
            () -> {
              next.set(said(server, LOOKED));
              return !next.get().equals(last);
            });
    return next.get();
  }

  private static String said(Connection server, String sql) throws SQLException {
    try (Statement statement = server.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @LongRun
  @Test
  void whatIsInDoubtIsShownWithItsAgeAndItsLocks() throws SQLException {
    abandonAt(Step.BEFORE_DECISION);
    List<InDoubtTransaction> waiting = dataSource.transactions().inDoubt();
    assertThat(waiting).extracting(w -> w.shard().name()).containsExactly("s1", "s2");
    assertThat(waiting).extracting(w -> w.transaction().decidedOn().name()).containsOnly("s0");
    assertThat(waiting).allSatisfy(w -> assertThat(w.age()).isPositive());
    assertThat(waiting)
        .allSatisfy(w -> assertThat(w.locks()).contains("RowExclusiveLock on entries"));
    TransactionId id = waiting.get(0).transaction();
    assertThat(dataSource.transactions().outcome(TransactionId.parse(id.toString())))
        .isEqualTo(Outcome.ABORTED);
    assertThat(dataSource.transactions().recover())
        .isEqualTo(new RecoveryReport(0, 2, 0, List.of()));
  }

  @Test
  void whatBelongsToOthersIsLeftAlone() throws SQLException {
    dataSource.transactions().install();
    UUID uuid = UUID.fromString("018f0000-0000-7000-8000-000000000001");
    List<String> strangers =
        List.of(
            "somebody else's",
            "shardjdbc:1:" + uuid + ":" + storeOf("s0") + ":s0:s2",
            "shardjdbc:1:" + uuid + ":00000000:s0:s1",
            "shardjdbc:1:" + uuid + ":" + storeOf("s0") + ":elsewhere:s1");
    for (int i = 0; i < strangers.size(); i++) {
      plain.on(
          "s1",
          "BEGIN; INSERT INTO entries VALUES (%d, -1); PREPARE TRANSACTION '%s'"
              .formatted(1_000_000 + i, strangers.get(i).replace("'", "''")));
    }
    RecoveryReport report = dataSource.transactions().recover();
    assertThat(report).isEqualTo(new RecoveryReport(0, 0, 3, List.of()));
    for (String stranger : strangers) {
      plain.on("s1", "ROLLBACK PREPARED '" + stranger.replace("'", "''") + "'");
    }
  }

  private static String storeOf(String shard) throws SQLException {
    return plain.rows(shard, "SELECT left(id::text, 8) FROM shardjdbc.store").get(0);
  }

  @LongRun
  @Test
  void aDecisionIsDeletedWhenItIsOldAndNoParticipantHasItPrepared() throws SQLException {
    TransactionSettings defaults = Accounts.settings();
    TransactionSettings forgetful =
        new TransactionSettings(
            TransactionMode.TWO_PHASE,
            false,
            defaults.durability(),
            defaults.acknowledgement(),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofSeconds(20));
    Connection s0 = plain.to("s0");
    try (ShardDataSource dataSource =
            ObservedDataSource.open(
                Accounts.configuration(cluster.primaryUrls()).transactions(forgetful).build(),
                CommitObserver.NONE);
        Statement statement = s0.createStatement()) {
      dataSource.transactions().install();
      statement.execute("TRUNCATE shardjdbc.decision");
      UUID decided = UUID.fromString("018f0000-0000-7000-8000-000000000002");
      UUID prepared = UUID.fromString("018f0000-0000-7000-8000-000000000003");
      UUID unseen = UUID.fromString("018f0000-0000-7000-8000-000000000004");
      UUID young = UUID.fromString("018f0000-0000-7000-8000-000000000005");
      String insert =
          "INSERT INTO shardjdbc.decision VALUES ('%s', true, '{%s}', now() - interval '%d s')";
      statement.execute(insert.formatted(decided, "s1,s2", 60));
      statement.execute(insert.formatted(prepared, "s1", 60));
      statement.execute(insert.formatted(unseen, "s1,elsewhere", 60));
      statement.execute(insert.formatted(young, "s1", 0));
      try (Statement other = plain.to("s1").createStatement()) {
        String gid = "shardjdbc:1:" + prepared + ":" + storeOf("s0") + ":s0:s2";
        other.execute("BEGIN; INSERT INTO entries VALUES (2000000, -1)");
        other.execute("PREPARE TRANSACTION '" + gid + "'");
        dataSource.transactions().recover();
        assertThat(Accounts.number(s0, "SELECT count(*) FROM shardjdbc.decision")).isEqualTo(3);
        assertThatThrownBy(
                () ->
                    dataSource
                        .transactions()
                        .outcome(new TransactionId(decided, new ShardId("s0"))))
            .hasMessageContaining("SJ0617");
        assertThat(
                dataSource.transactions().outcome(new TransactionId(prepared, new ShardId("s0"))))
            .isEqualTo(Outcome.COMMITTED);
        other.execute("ROLLBACK PREPARED '" + gid + "'");
      }
      dataSource.transactions().recover();
      assertThat(Accounts.number(s0, "SELECT count(*) FROM shardjdbc.decision")).isEqualTo(2);
    }
  }

  @LongRun
  @Test
  void bestEffortCommitsOneAfterAnotherAndListsWhatStands() throws SQLException {
    try (Statement statement = plain.to("s1").createStatement()) {
      statement.execute("CREATE TABLE deferred (a int)");
      statement.execute(
          """
          CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.a = 2 THEN RAISE 'no'; END IF;
            SET CONSTRAINTS late DEFERRED; -- so that what comes now waits for COMMIT
            INSERT INTO deferred VALUES (2);
            RETURN NULL;
          END $$
          """);
      statement.execute(
          "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED"
              + " FOR EACH ROW EXECUTE FUNCTION late()");
    }
    try (ShardDataSource dataSource =
            ObservedDataSource.open(
                Accounts.configuration(cluster.primaryUrls())
                    .transactions(TransactionMode.BEST_EFFORT)
                    .build(),
                CommitObserver.NONE);
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      Accounts.enter(connection, accounts.get(0), transfer);
      statement.execute("/* shardjdbc: shard=s1 */ INSERT INTO deferred VALUES (1)");
      Accounts.enter(connection, accounts.get(2), transfer);
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              PartialCommitException.class,
              e -> {
                assertThat(e.committed()).containsExactly(new ShardId("s0"));
                assertThat(e.failed()).isEqualTo(new ShardId("s1"));
                assertThat(e.getMessage()).contains("SJ0603");
              });
    }
    assertThat(entered()).containsExactly(accounts.get(0));
  }
}
