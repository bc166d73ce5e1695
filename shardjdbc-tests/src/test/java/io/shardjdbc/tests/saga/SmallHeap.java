package io.shardjdbc.tests.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.saga.Sagas;
import io.shardjdbc.saga.outbox.OutboxRelay;
import io.shardjdbc.testkit.ForkedJvm;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes a topic on and forgets ended sagas, in a process that has little memory.
 *
 * <p>Arguments: the topic, and a name and a URL for each shard. It prints {@code DONE} at its end.
 */
final class SmallHeap {

  private SmallHeap() {}

  static void run(Map<String, String> urls, String topic) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(topic));
    urls.forEach((shard, url) -> arguments.addAll(List.of(shard, url)));
    try (ForkedJvm jvm =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            SmallHeap.class,
            arguments.toArray(String[]::new))) {
      jvm.awaitLine("DONE");
    }
  }

  public static void main(String[] arguments) throws SQLException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      urls.put(arguments[i], arguments[i + 1]);
    }
    try (ShardDataSource dataSource = Bank.open(urls);
        OutboxRelay relay =
            OutboxRelay.builder(dataSource, arguments[0], message -> {})
                .withoutBackground()
                .build();
        Sagas sagas =
            Sagas.builder(dataSource).retention(Duration.ofDays(1)).withoutBackground().build()) {
      relay.deliver();
      sagas.recover();
      System.out.println("DONE");
    }
  }
}
