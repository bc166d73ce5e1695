package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may decide, end, forget and answer: the databases that took part, and nobody else. */
class DecisionStoreTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final AtomicLong TRANSFERS = new AtomicLong();

  private static ShardDataSource dataSource;
  private static List<Long> accounts;

  private final long transfer = TRANSFERS.incrementAndGet();

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = Accounts.open(cluster.primaryUrls());
    dataSource.transactions().install();
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(dataSource.transactions().recover().isClean()).isTrue();
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  private static TransactionSettings keeping(Duration decisions) {
    TransactionSettings settings = Accounts.settings();
    return new TransactionSettings(
        TransactionMode.TWO_PHASE,
        false,
        settings.durability(),
        settings.acknowledgement(),
        Duration.ofMillis(500),
        settings.recoveryInterval(),
        settings.orphanAge(),
        decisions);
  }

  private static ShardDataSource other(Map<String, String> urls, Duration keep)
      throws SQLException {
    return ObservedDataSource.open(
        Accounts.configuration(urls).transactions(keeping(keep)).build(), CommitObserver.NONE);
  }

  private static long onFirst(String sql) throws SQLException {
    return Accounts.number(plain.to("s0"), sql);
  }

  private static void run(String shard, String sql) throws SQLException {
    plain.on(shard, sql);
  }

  private static final String DATABASE =
      "SELECT md5(c.system_identifier::text || '/' || d.oid)"
          + " FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()";

  private static String text(String shard, String sql) throws SQLException {
    return plain.rows(shard, sql).get(0);
  }

  /** A transaction that is decided, and whose second shard has not been told. */
  private TransactionId decided() throws SQLException {
    String store = text("s0", "SELECT left(id::text, 8) FROM shardjdbc.store");
    UUID uuid =
        new UUID(System.currentTimeMillis() << 16 | 0x7000L, 0x8000_0000_0000_0000L | transfer);
    run(
        "s1",
        "BEGIN; INSERT INTO entries VALUES (%d, %d); PREPARE TRANSACTION 'shardjdbc:1:%s:%s:s0:s1'"
            .formatted(accounts.get(1), transfer, uuid, store));
    run(
        "s0",
        "INSERT INTO entries VALUES (%d, %d); INSERT INTO shardjdbc.decision VALUES ('%s', true,"
                .formatted(accounts.get(0), transfer, uuid)
            + " '{s1}', now(), ARRAY['%s'], now() + interval '1 hour')"
                .formatted(text("s1", DATABASE)));
    return new TransactionId(uuid, new ShardId("s0"), store);
  }

  private static void age(TransactionId id) throws SQLException {
    run(
        "s0",
        "UPDATE shardjdbc.decision SET decided_at = now() - interval '3 days', keep_until = now()"
            + " - interval '2 days' WHERE id = '"
            + id.uuid()
            + "'");
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  /** The shards under the same names, one of them in another database. */
  private static Map<String, String> with(String shard, String database) {
    Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
    urls.put(shard, cluster.shard(shard).primary().jdbcUrl(database));
    return urls;
  }

  private static String copyOf(String shard) throws SQLException {
    String copy = cluster.database() + "_copy" + TRANSFERS.get();
    plain.close(); // nobody may be connected to what is copied
    try (Connection connection = cluster.shard(shard).primary().connect("postgres");
        Statement statement = connection.createStatement()) {
      Deadline.in(Accounts.PATIENCE)
          .await(
              "a copy of the database",
              () -> {
                try {
                  return statement.executeUpdate(
                          "CREATE DATABASE %s TEMPLATE %s".formatted(copy, cluster.database()))
                      == 0;
                } catch (SQLException e) {
                  return false; // somebody is connected to the template still
                }
              });
    }
    return copy;
  }

  private static void drop(String shard, String database) throws SQLException {
    try (Connection connection = cluster.shard(shard).primary().connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE " + database + " WITH (FORCE)");
    }
  }

  @Test
  void aConfigurationWithAnotherDatabaseForAParticipantDeletesNoDecisionOfIt() throws Exception {
    TransactionId id = decided();
    age(id);
    try (ShardDataSource other = other(with("s1", "postgres"), Duration.ofSeconds(2))) {
      other.transactions().recover();
    }
    dataSource.transactions().recover();
    assertThat(entered()).hasSize(2);
  }

  @LongRun
  @Test
  void aCopyOfTheDatabaseThatDecidesDecidesNothing() throws Exception {
    TransactionId id = decided();
    dataSource.close();
    String copy = copyOf("s0");
    try {
      run("s0", "SELECT 1");
      try (Connection direct = cluster.shard("s0").primary().connect(copy);
          Statement statement = direct.createStatement()) {
        statement.execute("DELETE FROM shardjdbc.decision");
      }
      try (ShardDataSource other = other(with("s0", copy), Duration.ofHours(1))) {
        assertThatThrownBy(() -> other.transactions().outcome(id)).hasMessageContaining("SJ0661");
        RecoveryReport report = other.transactions().recover();
        assertThat(report.left()).isOne();
        assertThat(report.rolledBack()).isZero();
        other.transactions().install();
        assertThatThrownBy(() -> other.transactions().outcome(id)).hasMessageContaining("SJ0661");
        try (Connection direct = cluster.shard("s0").primary().connect(copy)) {
          assertThat(Accounts.number(direct, "SELECT count(*) FROM shardjdbc.decision")).isZero();
        }
      }
    } finally {
      drop("s0", copy);
    }
    dataSource = Accounts.open(cluster.primaryUrls());
    assertThat(dataSource.transactions().outcome(id)).isEqualTo(Outcome.COMMITTED);
    dataSource.transactions().recover();
    assertThat(entered()).hasSize(2);
  }

  @Test
  void whatWasDeletedIsNotCalledAbortedWhateverTheClockOfItsCoordinatorSaid() throws SQLException {
    String store = text("s0", "SELECT left(id::text, 8) FROM shardjdbc.store");
    long future = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    UUID uuid = new UUID(future << 16 | 0x7000L, 0x8000_0000_0000_0001L);
    run(
        "s0",
        "INSERT INTO shardjdbc.decision VALUES ('%s', true, '{s1}', now() - interval '3 days')"
            .formatted(uuid));
    dataSource.transactions().recover();
    assertThat(onFirst("SELECT count(*) FROM shardjdbc.decision WHERE id = '" + uuid + "'"))
        .isZero();
    assertThatThrownBy(
            () ->
                dataSource
                    .transactions()
                    .outcome(new TransactionId(uuid, new ShardId("s0"), store)))
        .hasMessageContaining("SJ0617");
    run("s0", "TRUNCATE shardjdbc.horizon");
  }

  @Test
  void askingForATransactionOfAnUnknownStoreDecidesNothing() throws SQLException {
    UUID uuid = new UUID(System.currentTimeMillis() << 16 | 0x7000L, 0x8000_0000_0000_0002L);
    assertThat(dataSource.transactions().outcome(new TransactionId(uuid, new ShardId("s0"))))
        .isEqualTo(Outcome.IN_DOUBT);
    assertThat(onFirst("SELECT count(*) FROM shardjdbc.decision WHERE id = '" + uuid + "'"))
        .isZero();
  }

  @Test
  void aRecoveryThatIsHeldUpSetsNoTombstoneForWhatOthersHaveEndedAndDeleted() throws Exception {
    TransactionId id = decided();
    FutureTask<RecoveryReport> heldUp = new FutureTask<>(dataSource.transactions()::recover);
    try (Connection holder = cluster.connect("s0");
        Statement statement = holder.createStatement()) {
      statement.execute("BEGIN; LOCK TABLE shardjdbc.decision");
      new Thread(heldUp, "held up").start();
      Deadline.in(Accounts.PATIENCE)
          .await(
              "recovery waits",
              () ->
                  onFirst(
                          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                              + " AND datname = current_database()")
                      > 0);
      run("s1", "COMMIT PREPARED 'shardjdbc:1:%s:%s:s0:s1'".formatted(id.uuid(), id.store()));
      statement.execute("DELETE FROM shardjdbc.decision WHERE id = '" + id.uuid() + "'");
      statement.execute("INSERT INTO shardjdbc.horizon VALUES ('s1', '" + id.uuid() + "')");
      statement.execute("COMMIT");
    }
    assertThat(heldUp.get(60, TimeUnit.SECONDS).rolledBack()).isZero();
    assertThatThrownBy(() -> dataSource.transactions().outcome(id)).hasMessageContaining("SJ0617");
    assertThat(entered()).hasSize(2);
    run("s0", "TRUNCATE shardjdbc.horizon");
  }

  @Test
  void whoForgetsFastKeepsWhatOthersWantKept() throws SQLException {
    Accounts.transfer(dataSource, accounts, transfer);
    run("s0", "UPDATE shardjdbc.decision SET decided_at = now() - interval '10 s'");
    long before = onFirst("SELECT count(*) FROM shardjdbc.decision");
    try (ShardDataSource other = other(cluster.primaryUrls(), Duration.ofSeconds(2))) {
      other.transactions().recover();
    }
    assertThat(before).isPositive();
    assertThat(onFirst("SELECT count(*) FROM shardjdbc.decision")).isEqualTo(before);
  }

  @LongRun
  @Test
  void aCoordinatorThatComesAfterItsTombstoneWasDeletedCommitsNothing() throws SQLException {
    try (ShardDataSource slow =
        Accounts.open(
            cluster.primaryUrls(),
            (step, shard) -> {
              if (step == Step.BEFORE_NOTE) {
                endAndForget();
              }
            })) {
      assertThatThrownBy(() -> Accounts.transfer(slow, accounts, transfer))
          .hasMessageContaining("SJ0618");
    } finally {
      run("s0", "TRUNCATE shardjdbc.horizon");
    }
    assertThat(entered()).isEmpty();
  }

  private void endAndForget() {
    try {
      Deadline.in(Accounts.PATIENCE)
          .await("prepared", () -> !dataSource.transactions().inDoubt().isEmpty());
      TransactionId id = dataSource.transactions().inDoubt().get(0).transaction();
      assertThat(dataSource.transactions().recover().rolledBack()).isOne();
      age(id);
      dataSource.transactions().recover();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void whatIsGoneWhenItIsToldIsLookedUp() throws SQLException {
    try (ShardDataSource unlucky =
        Accounts.open(
            cluster.primaryUrls(),
            (step, shard) -> {
              if (step == Step.BEFORE_TELLING) {
                rollBackByHand();
              }
            })) {
      assertThat(catchThrowable(() -> Accounts.transfer(unlucky, accounts, transfer)))
          .isInstanceOf(UnknownOutcomeException.class);
    }
  }

  private void rollBackByHand() {
    try {
      TransactionId id = dataSource.transactions().inDoubt().get(0).transaction();
      run("s0", "DELETE FROM shardjdbc.decision WHERE id = '" + id.uuid() + "'");
      run("s1", "ROLLBACK PREPARED 'shardjdbc:1:%s:%s:s0:s1'".formatted(id.uuid(), id.store()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void whatRecoveryHasEndedMeanwhileIsASuccess() throws SQLException {
    try (ShardDataSource slow =
        Accounts.open(
            cluster.primaryUrls(),
            (step, shard) -> {
              if (step == Step.BEFORE_TELLING) {
                assertThat(dataSource.transactions().recover().committed()).isOne();
              }
            })) {
      Accounts.transfer(slow, accounts, transfer);
    }
    assertThat(entered()).hasSize(2);
  }
}
