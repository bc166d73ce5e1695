package io.shardjdbc.tests.moment;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.TcpProxy;
import io.shardjdbc.testkit.proxy.MessageFaults;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A process with a circle of its own, which it is about to end when it says so: it looks for the
 * second time then, and nothing of that comes to the first shard.
 *
 * <p>Arguments: a name and a URL for each shard.
 */
final class WatcherProgram {

  private WatcherProgram() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> urls = Bank.urls(arguments, 0);
    String url = String.valueOf(urls.get("s0"));
    String host = url.replaceAll("^jdbc:postgresql://([^:/]+):.*$", "$1");
    String port = url.replaceAll("^jdbc:postgresql://[^:/]+:([0-9]+)/.*$", "$1");
    TcpProxy proxy = TcpProxy.to(host, Integer.parseInt(port));
    proxy.onMessages(new StandsStill());
    urls.put("s0", url.replace("//" + host + ":" + port, "//" + proxy.host() + ":" + proxy.port()));
    ShardDataSource dataSource =
        ShardDataSource.of(
            Bank.configuration(urls, Bank.settings().withDeadlockInterval(Duration.ofMillis(100)))
                .build());
    WaitCircle.of(dataSource, 2);
    System.out.println("ENDED");
    System.exit(0);
  }

  private static final class StandsStill implements MessageFaults {

    private volatile boolean goesFirst;

    @Override
    public Fate of(boolean request, int type) {
      return Fate.PASS;
    }

    @Override
    public Fate of(boolean request, int type, byte[] message) {
      String text = request ? new String(message, StandardCharsets.ISO_8859_1) : "";
      if (goesFirst && text.contains("WITH locks")) {
        System.out.println("HELD");
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          return Fate.CUT;
        }
      }
      goesFirst |= text.contains("pg_try_advisory_lock");
      return Fate.PASS;
    }
  }
}
