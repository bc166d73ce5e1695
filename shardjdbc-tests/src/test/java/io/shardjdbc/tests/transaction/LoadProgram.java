package io.shardjdbc.tests.transaction;

import io.shardjdbc.ObservedDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Acknowledgement;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.transaction.CommitObserver;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A coordinator that commits from several threads until it is killed, or its parent has gone.
 *
 * <p>Arguments: when commits are acknowledged, the number before the first transfer, and a name and
 * a URL for each shard. It prints {@code COMMITTED} or {@code FAILED} with the transfer as soon as
 * it knows.
 */
final class LoadProgram {

  private static final int THREADS = 3;

  private LoadProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Acknowledgement acknowledgement = Acknowledgement.valueOf(arguments[0]);
    AtomicLong transfers = new AtomicLong(Long.parseLong(arguments[1]));
    Map<String, String> urls = Accounts.urls(arguments, 2);
    ShardDataSource dataSource =
        ObservedDataSource.open(
            Accounts.configuration(urls).transactions(Accounts.settings(acknowledgement)).build(),
            CommitObserver.NONE);
    List<Long> accounts = List.copyOf(Accounts.accountOnEach(dataSource, urls.size()).values());
    for (int i = 0; i < THREADS; i++) {
      new Thread(() -> load(dataSource, accounts, transfers), "load-" + i).start();
    }
    while (System.in.read() >= 0) {
      // The input ends with whoever started this, who then cannot kill it any more.
    }
    Runtime.getRuntime().halt(1);
  }

  private static void load(ShardDataSource dataSource, List<Long> accounts, AtomicLong transfers) {
    while (true) {
      long transfer = transfers.incrementAndGet();
      try {
        Accounts.transfer(dataSource, accounts, transfer);
        System.out.println("COMMITTED " + transfer);
      } catch (UnknownOutcomeException e) {
        // whoever reads hears nothing, and takes either end
      } catch (SQLException e) {
        System.out.println("FAILED " + transfer);
      }
    }
  }
}
