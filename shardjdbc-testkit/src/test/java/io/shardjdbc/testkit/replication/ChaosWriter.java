package io.shardjdbc.testkit.replication;

import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Choice;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReplicaSet;
import io.shardjdbc.replication.WalPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writes ever higher values to the keys that are its own. */
final class ChaosWriter implements Runnable {
  private static final long PAUSE_NANOS = 1_000_000;

  private final ChaosRun run;
  private final ReplicaSet replicas;
  private final int number;
  private final int writers;
  private final Random random;
  private final long[] attempted = new long[ChaosRun.KEYS];
  private @Nullable NodeId lastPrimary;

  ChaosWriter(ChaosRun run, int number, int writers, long seed) {
    this.run = run;
    this.replicas = run.writing;
    this.number = number;
    this.writers = writers;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    try (Client client = new Client(run.nodes, replicas)) {
      while (!run.stopped) {
        step(client);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void step(Client client) {
    Choice choice;
    Connection connection;
    try {
      choice = replicas.chooseWrite();
      connection = client.connection(choice.node());
    } catch (SQLException e) {
      run.failedWrites.incrementAndGet();
      return;
    }
    try {
      if (!choice.node().equals(lastPrimary)) {
        takeStock(connection);
        lastPrimary = choice.node();
      }
    } catch (SQLException e) {
      client.drop(choice.node());
      return;
    }
    int key = number + writers * random.nextInt(ChaosRun.KEYS / writers);
    write(client, choice, connection, key);
  }

  private void write(Client client, Choice choice, Connection connection, int key) {
    long value = ++attempted[key];
    // The condition keeps a write that was given up from overtaking its successor.
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE kv SET v = ? WHERE k = ? AND v < ?")) {
      update.setLong(1, value);
      update.setInt(2, key);
      update.setLong(3, value);
      update.executeUpdate();
      replicas.written(key);
      run.history.acknowledged(key, value, System.nanoTime());
      if (random.nextInt(4) == 0) {
        CausalToken token = CausalToken.of(replicas.shard(), WalPosition.of(connection));
        run.tokens.set(key, new ChaosRun.Marked(value, token));
      }
    } catch (SQLException e) {
      run.failedWrites.incrementAndGet();
      replicas.inDoubt(key);
      client.drop(choice.node());
    }
  }

  /** What of the own keys' values a new primary has. */
  private void takeStock(Connection connection) throws SQLException {
    long promotionStart = run.promotionStart.get();
    long[] values = new long[ChaosRun.KEYS];
    for (int key = number; key < ChaosRun.KEYS; key += writers) {
      values[key] = Client.value(connection, key);
    }
    for (int key = number; key < ChaosRun.KEYS; key += writers) {
      run.history.survived(key, values[key], attempted[key], promotionStart);
    }
  }
}
