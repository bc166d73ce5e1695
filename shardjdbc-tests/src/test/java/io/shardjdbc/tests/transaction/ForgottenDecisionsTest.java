package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What deleted decisions leave behind keeps back no more than it has to. */
class ForgottenDecisionsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final String DATABASE =
      "SELECT md5(c.system_identifier::text || '/' || d.oid)"
          + " FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()";

  private static ShardDataSource dataSource;
  private static List<Long> accounts;
  private static long transfers = 1_000;

  private final long transfer = ++transfers;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = Accounts.open(cluster.primaryUrls());
    dataSource.transactions().install();
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    for (String shard : List.of("s0", "s1")) {
      run(shard, "TRUNCATE shardjdbc.horizon");
    }
    assertThat(dataSource.transactions().recover().isClean()).isTrue();
    assertThat(dataSource.transactions().inDoubt()).isEmpty();
  }

  private static void run(String shard, String sql) throws SQLException {
    plain.on(shard, sql);
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private List<Long> entered() throws SQLException {
    return Accounts.entered(plain, transfer);
  }

  @Test
  void whatAConfigurationForgetsOfItsOwnDatabaseKeepsNothingPreparedInAnotherOfThatName()
      throws SQLException {
    String store = plain.rows("s0", "SELECT left(id::text, 8) FROM shardjdbc.store").get(0);
    long now = System.currentTimeMillis();
    UUID ours = new UUID(now << 16 | 0x7000L, 0x8000_0000_0000_0000L | transfer);
    UUID later = new UUID(now + 1 << 16 | 0x7000L, 0x8000_0000_0000_0000L | transfer);
    run(
        "s1",
        "BEGIN; INSERT INTO entries VALUES (%d, %d); PREPARE TRANSACTION 'shardjdbc:1:%s:%s:s0:s1'"
            .formatted(accounts.get(1), transfer, ours, store));
    String database = text(cluster.shard("s1").primary().connect("postgres"), DATABASE);
    run(
        "s0",
        "INSERT INTO shardjdbc.decision VALUES ('%s', true, '{s1}', now(), ARRAY['%s'], now() - interval '1 s')"
            .formatted(later, database));
    run("s0", "UPDATE shardjdbc.decision SET decided_at = now() - interval '3 days'");
    Map<String, String> others = new LinkedHashMap<>(cluster.primaryUrls());
    others.put("s1", cluster.shard("s1").primary().jdbcUrl("postgres"));
    try (ShardDataSource other = Accounts.open(others)) {
      other.transactions().recover();
    }
    String left = "SELECT count(*) FROM shardjdbc.decision WHERE id = '" + later + "'";
    assertThat(plain.rows("s0", left)).containsExactly("0");
    assertThat(dataSource.transactions().recover().rolledBack()).isOne();
    assertThat(entered()).isEmpty();
  }

  /**
   * Of what a clock an hour ahead has named, the last decision is deleted; then it is put right.
   */
  @LongRun
  @Test
  void aClockThatIsSetBackStopsNoCommits() throws SQLException {
    long then = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    UUID deleted = new UUID(then << 16 | 0x7000L, 0x8000_0000_0000_0000L);
    try (ShardDataSource before = Accounts.open(cluster.primaryUrls());
        ShardDataSource after = Accounts.open(cluster.primaryUrls())) {
      Accounts.transfer(before, accounts, transfer + 1_000_000);
      for (String shard : List.of("s0", "s1")) {
        run(shard, "INSERT INTO shardjdbc.horizon VALUES ('', '" + deleted + "')");
      }
      Accounts.transfer(after, accounts, transfer);
      assertThatThrownBy(() -> Accounts.transfer(before, accounts, transfer + 2_000_000))
          .as("by a process that has not heard of it yet, which is told to try again")
          .hasMessageContaining("SJ0618");
      Accounts.transfer(before, accounts, transfer + 2_000_000);
    }
    assertThat(entered()).hasSize(2);
  }
}
