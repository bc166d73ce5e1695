package io.shardjdbc.tests.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a process runs on a shard that could not be told of a commit which has returned. */
class UntoldShardTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static final AtomicLong TRANSFERS = new AtomicLong();

  private final long transfer = TRANSFERS.incrementAndGet();
  private static ShardDataSource dataSource;
  private static List<Long> accounts;

  @BeforeAll
  static void open() throws SQLException {
    Accounts.createTables(cluster.primaryUrls());
    dataSource = Accounts.open(cluster.primaryUrls());
    accounts = List.copyOf(Accounts.accountOnEach(dataSource, 2).values());
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    assertThat(dataSource.transactions().recover().isClean()).isTrue();
    assertThat(Accounts.entered(plain, transfer)).hasSize(2);
  }

  private long seen(ShardDataSource by) throws SQLException {
    try (Connection connection = by.getConnection()) {
      return Accounts.number(
          connection,
          "SELECT count(*) FROM entries WHERE account = %d AND transfer = %d"
              .formatted(accounts.get(1), transfer));
    }
  }

  @LongRun
  @Test
  void whatACommitCouldNotTellIsToldBeforeItsProcessReadsTheShard() throws SQLException {
    try (TcpProxy proxy = cluster.shard("s1").primary().proxy()) {
      Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
      urls.put("s1", cluster.shard("s1").primary().jdbcUrl(cluster.database(), proxy));
      try (ShardDataSource cut =
          Accounts.open(
              urls,
              (step, shard) -> {
                if (step == Step.BEFORE_TELLING) {
                  proxy.resetConnections();
                }
              })) {
        Accounts.transfer(cut, accounts, transfer);
        assertThat(seen(cut)).isOne();
      }
    }
  }

  @Test
  void aShardThatCannotBeToldIsNotRead() throws SQLException {
    try (TcpProxy proxy = cluster.shard("s1").primary().proxy()) {
      Map<String, String> urls = new LinkedHashMap<>(cluster.primaryUrls());
      urls.put("s1", cluster.shard("s1").primary().jdbcUrl(cluster.database(), proxy));
      try (ShardDataSource cut =
          Accounts.open(
              urls,
              (step, shard) -> {
                if (step == Step.BEFORE_TELLING) {
                  proxy.reset();
                }
              })) {
        Accounts.transfer(cut, accounts, transfer);
        assertThat(catchThrowable(() -> seen(cut))).isInstanceOf(SQLException.class);
        proxy.pass();
        Deadline.in(Accounts.PATIENCE)
            .await(
                "the shard is back",
                () -> {
                  try {
                    assertThat(seen(cut)).isOne();
                    return true;
                  } catch (SQLException e) {
                    assertThat(e.getMessage()).containsAnyOf("SJ0662", "SJ0501");
                    return false;
                  }
                });
      }
    }
  }
}
