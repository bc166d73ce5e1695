package io.shardjdbc.testkit.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shardjdbc.ShardDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A coordinator that stands still at a step of its commit, to be killed there.
 *
 * <p>Arguments: a name and a URL for each shard. Then one line of input: the transfer, the step to
 * stand still at, how many of that step to let pass before, and the accounts. It prints {@code
 * READY} before it reads, and {@code AT} with the step once it stands still.
 */
final class TransferProgram {

  private TransferProgram() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    Stop stop = new Stop();
    try (ShardDataSource dataSource = Accounts.open(urls, (step, shard) -> stop.at(step.name()))) {
      try (Connection connection = dataSource.getConnection()) {
        Accounts.number(connection, "SELECT count(*) FROM accounts");
      }
      System.out.println("READY");
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      String[] order = input.readLine().split(" ", -1);
      stop.at = order[1];
      stop.pass = Integer.parseInt(order[2]);
      List<Long> accounts = new ArrayList<>();
      for (int i = 3; i < order.length; i++) {
        accounts.add(Long.parseLong(order[i]));
      }
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(false);
        for (long account : accounts) {
          Accounts.enter(connection, account, Long.parseLong(order[0]));
        }
        stop.at("BEFORE_COMMIT");
        connection.commit();
      }
      stop.at("AFTER_COMMIT");
    }
  }

  /** Lets steps pass until the one to stand still at, which holds back all other threads too. */
  private static final class Stop {
    private String at = "";
    private int pass;

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
