package io.shardjdbc.tests.moment;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.transaction.CommitObserver.Step;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that moves money once, and stands still at a step of the commit until it is given a
 * line.
 *
 * <p>Arguments: the step, and a name and a URL for each shard.
 */
final class StepProgram {

  /** How long a server may take to answer during its commit. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final AtomicBoolean STANDS = new AtomicBoolean();

  private StepProgram() {}

  public static void main(String[] arguments) throws SQLException {
    Step step = Step.valueOf(arguments[0]);
    TransactionSettings usual = Bank.settings();
    TransactionSettings settings =
        new TransactionSettings(
            usual.mode(),
            false,
            usual.durability(),
            usual.acknowledgement(),
            TIMEOUT,
            usual.recoveryInterval(),
            usual.orphanAge(),
            usual.keepDecisions());
    try (ShardDataSource dataSource =
        ObservedDataSource.open(
            Bank.configuration(Bank.urls(arguments, 1), settings).build(),
            (at, shard) -> standStill(at == step))) {
      List<Integer> three = Bank.onDifferentShards(dataSource, 3);
      Bank.move(dataSource, new Random(1), three);
      System.out.println("END committed");
    } catch (SQLException e) {
      System.out.println("END " + e.getSQLState() + " " + e.getMessage());
    }
  }

  /** The first part that comes there; the others go on. */
  private static void standStill(boolean here) {
    if (here && STANDS.compareAndSet(false, true)) {
      System.out.println("AT ");
      try {
        if (System.in.read() < 0) {
          Runtime.getRuntime().halt(1); // its parent is gone
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
