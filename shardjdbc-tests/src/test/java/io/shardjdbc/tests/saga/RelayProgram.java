package io.shardjdbc.tests.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.outbox.OutboxRelay;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A relay that stands still in the middle of its second delivery, to be killed there.
 *
 * <p>Arguments: the topic, and a name and a URL for each shard. It prints {@code GOT} with each
 * payload.
 */
final class RelayProgram {

  private RelayProgram() {}

  public static void main(String[] arguments) throws SQLException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    CountDownLatch second = new CountDownLatch(2);
    try (ShardDataSource dataSource = Bank.open(urls);
        OutboxRelay relay =
            OutboxRelay.builder(
                    dataSource,
                    arguments[0],
                    message -> {
                      System.out.println("GOT " + message.payload());
                      second.countDown();
                      if (second.getCount() == 0) {
                        new CountDownLatch(1).await();
                      }
                    })
                .lease(Duration.ofSeconds(1))
                .withoutBackground()
                .build()) {
      relay.deliver();
    }
  }
}
