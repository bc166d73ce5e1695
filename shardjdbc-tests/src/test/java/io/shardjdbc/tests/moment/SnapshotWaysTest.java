package io.shardjdbc.tests.moment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardXADataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.testkit.Beside;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However money is moved between shards, reads of one moment see all of a move or nothing. */
class SnapshotWaysTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int READS = Integer.getInteger("shardjdbc.moments.ways", 4);
  private static final AtomicInteger BRANCHES = new AtomicInteger();

  /** Half of the accounts give what the other half gets. */
  private static final String MOVE =
      "UPDATE accounts SET balance = balance + CASE WHEN account < 12 THEN %1$d ELSE -%1$d END"
          + " WHERE account < 24";

  private static ShardDataSource dataSource;
  private static ShardDataSource early;
  private static ShardDataSource otherwise;

  @BeforeAll
  static void open() throws SQLException {
    Bank.createTables(cluster.primaryUrls());
    TransactionSettings settings =
        Bank.settings().withIsolationOverShards(IsolationOverShards.SNAPSHOT);
    dataSource = open(cluster.primaryUrls(), settings);
    Bank.fill(dataSource);
    early = open(cluster.primaryUrls(), settings.withAcknowledgement(Acknowledgement.DECIDED));
    otherwise = open(renamed(cluster.primaryUrls()), settings);
  }

  private static ShardDataSource open(Map<String, String> urls, TransactionSettings settings)
      throws SQLException {
    return ShardDataSource.of(Bank.configuration(urls, settings).build());
  }

  /** The same shards in another order and by other names, which place rows by hash elsewhere. */
  private static Map<String, String> renamed(Map<String, String> urls) {
    List<String> names = new ArrayList<>(urls.keySet());
    Collections.reverse(names);
    Map<String, String> others = new LinkedHashMap<>();
    names.forEach(name -> others.put("of-" + name, urls.get(name)));
    return others;
  }

  @AfterAll
  static void close() {
    for (ShardDataSource one : List.of(dataSource, early, otherwise)) {
      assertThat(one.usage().stream().mapToInt(NodeUsage::lent).sum()).isZero();
      one.close();
    }
  }

  /** How money is moved. */
  private enum Way {
    STATEMENT {
      @Override
      void move() throws Exception {
        execute(dataSource, MOVE.formatted(amount()));
      }
    },
    BATCH {
      @Override
      void move() throws Exception {
        try (Connection connection = dataSource.getConnection();
            PreparedStatement update =
                connection.prepareStatement(
                    "UPDATE accounts SET balance = balance + ? WHERE account = ?")) {
          int amount = amount();
          for (int account = 0; account < Bank.ACCOUNTS; account++) {
            update.setInt(1, account < 12 ? amount : -amount);
            update.setInt(2, account);
            update.addBatch();
          }
          update.executeBatch();
        }
      }
    },
    COPY {
      @Override
      void move() throws Exception {
        int first = 1000 * BRANCHES.incrementAndGet();
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 12; i++) {
          rows.append(first + 2 * i).append("\t7\n").append(first + 2 * i + 1).append("\t-7\n");
        }
        try (Connection connection = dataSource.getConnection()) {
          connection
              .unwrap(ShardConnection.class)
              .copy()
              .copyIn(
                  "COPY accounts FROM STDIN",
                  new ByteArrayInputStream(rows.toString().getBytes(UTF_8)));
        }
      }
    },
    SAVEPOINTS {
      @Override
      void move() throws Exception {
        try (Connection connection = dataSource.getConnection();
            Statement statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          statement.executeUpdate(MOVE.formatted(1));
          Savepoint before = connection.setSavepoint();
          statement.executeUpdate("UPDATE accounts SET balance = balance + 1 WHERE account = 3");
          connection.rollback(before);
          statement.executeUpdate(MOVE.formatted(amount()));
          connection.commit();
        }
      }
    },
    ACKNOWLEDGED_EARLY {
      @Override
      void move() throws Exception {
        inTransaction(early);
      }
    },
    BY_OTHER_NAMES {
      @Override
      void move() throws Exception {
        execute(otherwise, MOVE.formatted(amount()));
      }
    },
    AFTER_A_SNAPSHOT {
      @Override
      void move() throws Exception {
        try (Connection connection = dataSource.getConnection();
            Statement statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
          statement.executeUpdate(MOVE.formatted(amount()));
          connection.commit();
        }
      }
    },
    MANAGER {
      @Override
      void move() throws Exception {
        branch(false);
      }
    },
    MANAGER_IN_ONE_PHASE {
      @Override
      void move() throws Exception {
        branch(true);
      }
    };

    abstract void move() throws Exception;
  }

  private static int amount() {
    return ThreadLocalRandom.current().nextInt(1, 20);
  }

  private static void execute(ShardDataSource by, String sql) throws SQLException {
    try (Connection connection = by.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static void inTransaction(ShardDataSource by) throws SQLException {
    try (Connection connection = by.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate(MOVE.formatted(amount()));
      connection.commit();
    }
  }

  private static void branch(boolean onePhase) throws Exception {
    XAConnection resource = new ShardXADataSource(dataSource).getXAConnection();
    try {
      Xid xid = new Branch(BRANCHES.incrementAndGet());
      resource.getXAResource().start(xid, XAResource.TMNOFLAGS);
      try (Statement statement = resource.getConnection().createStatement()) {
        statement.executeUpdate(MOVE.formatted(amount()));
      }
      resource.getXAResource().end(xid, XAResource.TMSUCCESS);
      if (!onePhase) {
        resource.getXAResource().prepare(xid);
      }
      resource.getXAResource().commit(xid, onePhase);
    } finally {
      resource.close();
    }
  }

  private record Branch(int number) implements Xid {
    @Override
    public int getFormatId() {
      return 17;
    }

    @Override
    public byte[] getGlobalTransactionId() {
      return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    @Override
    public byte[] getBranchQualifier() {
      return new byte[] {0};
    }
  }

  /** The balances one after the other, in one transaction. */
  private static long sumInParts() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      long sum = 0;
      for (String part : List.of("account < 6", "account BETWEEN 6 AND 14", "account > 14")) {
        try (ResultSet row =
            statement.executeQuery("SELECT sum(balance) FROM accounts WHERE " + part)) {
          row.next();
          sum += row.getLong(1);
        }
      }
      connection.commit();
      return sum;
    }
  }

  @LongRun
  @ParameterizedTest
  @EnumSource
  void eachMoveIsSeenWholeOrNotAtAll(Way way) throws Exception {
    AtomicInteger moves = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> moving = Beside.run(() -> move(way, moves, over));
    try (Connection connection = Bank.reader(dataSource, ReadIntent.snapshot())) {
      for (int i = 0; (i < READS || moves.get() < 3) && !moving.isDone(); i++) {
        assertThat(Bank.sum(connection)).isEqualTo(Bank.TOTAL);
        assertThat(sumInParts()).isEqualTo(Bank.TOTAL);
      }
    } finally {
      over.set(true);
      moving.get(60, TimeUnit.SECONDS);
    }
    assertThat(moves.get()).isPositive();
  }

  private static void move(Way way, AtomicInteger moves, AtomicBoolean over) {
    while (!over.get()) {
      try {
        way.move();
      } catch (Exception e) {
        throw new IllegalStateException(way + " move " + moves, e);
      }
      moves.incrementAndGet();
    }
  }
}
