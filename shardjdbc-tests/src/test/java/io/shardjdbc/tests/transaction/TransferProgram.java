package io.shardjdbc.tests.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shardjdbc.ShardDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A coordinator whose transactions stand still, each at a step of its commit, to be killed there.
 *
 * <p>Arguments: a name and a URL for each shard. Then lines of input, each a transaction: the
 * transfer, the step to stand still at, how many of that step to let pass before, and the accounts.
 * It prints {@code READY} before it reads, and {@code AT} with the step for each that stands still.
 */
final class TransferProgram {

  private TransferProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Map<String, String> urls = Accounts.urls(arguments, 0);
    try (ShardDataSource dataSource = Accounts.open(urls);
        Connection connection = dataSource.getConnection()) {
      Accounts.number(connection, "SELECT count(*) FROM accounts"); // loads what is needed
    }
    System.out.println("READY");
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] order = line.split(" ", -1);
      new Thread(() -> transfer(urls, order), line).start();
    }
  }

  private static void transfer(Map<String, String> urls, String[] order) {
    Stop stop = new Stop(order[1], Integer.parseInt(order[2]));
    List<Long> accounts = new ArrayList<>();
    for (int i = 3; i < order.length; i++) {
      accounts.add(Long.parseLong(order[i]));
    }
    try (ShardDataSource dataSource = Accounts.open(urls, (step, shard) -> stop.at(step.name()));
        Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      for (long account : accounts) {
        Accounts.enter(connection, account, Long.parseLong(order[0]));
      }
      stop.at("BEFORE_COMMIT");
      connection.commit();
      stop.at("AFTER_COMMIT");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets steps pass until the one to stand still at, which holds back all other threads too. */
  private static final class Stop {
    private final String at;
    private int pass;

    Stop(String at, int pass) {
      this.at = at;
      this.pass = pass;
    }

    synchronized void at(String step) {
      if (step.equals(at) && pass-- == 0) {
        System.out.println("AT " + step);
        System.out.flush();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
