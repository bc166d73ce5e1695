package io.shardjdbc.examples.jta;

import io.shardjdbc.examples.jta.Watched.Step;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The shop in a process of its own, which is to be killed.
 *
 * <p>Arguments: the directory of the log, and the URLs of s0, s1 and s2. Purchase 1 stands still
 * before the payments are prepared, and purchase 2 when all is decided and nobody has been told.
 * The process prints {@code STANDS} for each.
 */
final class ShopProgram {

  private ShopProgram() {}

  public static void main(String[] arguments) throws Exception {
    Jta jta = new Jta(Path.of(arguments[0]));
    Map<String, String> urls = Map.of("s0", arguments[1], "s1", arguments[2], "s2", arguments[3]);
    Watched.Event none = step -> {};
    Thread undecided =
        new Thread(
            () -> buy(jta, urls, 1, none, step -> standStill(step == Step.PREPARE)), "undecided");
    undecided.start();
    buy(jta, urls, 2, step -> standStill(step == Step.COMMIT), none);
  }

  private static void buy(
      Jta jta,
      Map<String, String> urls,
      long purchase,
      Watched.Event atOrders,
      Watched.Event atPayments) {
    try (Shop shop = new Shop(urls, atOrders, atPayments)) {
      shop.buy(jta.transactions(), purchase);
      jta.transactions().commit();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void standStill(boolean here) {
    if (here) {
      System.out.println("STANDS");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
