package io.shardjdbc.tests.saga;

import io.shardjdbc.saga.SagaEvent;
import io.shardjdbc.saga.SagaListener;
import io.shardjdbc.testkit.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The moments of a saga at which something can be killed, and a halt at one of them for each saga.
 *
 * <p>A moment is {@code STARTED}, {@code COMPLETED} and the like, or {@code ACTION_TRIED debit}:
 * before the step's transaction; {@code ACTION_WORKED debit}: in it, with the work done; {@code
 * ACTION_DONE debit}: after its commit; and so for compensations.
 */
final class Points implements SagaListener {

  /** Where each saga halts, by its id or its transfer; the first time only. */
  private final Map<String, String> halts = new ConcurrentHashMap<>();

  private final AtomicInteger halted = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);

  /** The moments of a saga that ends well, or else of one whose last step fails. */
  static List<String> of(boolean good) {
    List<String> points = new ArrayList<>(List.of("STARTED"));
    for (String step : List.of("debit", "fee")) {
      points.addAll(List.of("ACTION_TRIED " + step, "ACTION_WORKED " + step));
      points.add("ACTION_DONE " + step);
    }
    points.add("ACTION_TRIED credit");
    if (good) {
      points.addAll(List.of("ACTION_WORKED credit", "ACTION_DONE credit", "COMPLETED"));
      return points;
    }
    points.add("ACTION_FAILED credit");
    points.add("COMPENSATING");
    for (String step : List.of("fee", "debit")) {
      points.addAll(List.of("COMPENSATION_TRIED " + step, "COMPENSATION_WORKED " + step));
      points.add("COMPENSATION_DONE " + step);
    }
    points.add("COMPENSATED");
    return points;
  }

  void haltAt(String point, String transfer, UUID id) {
    halts.put(transfer, point);
    halts.put(id.toString(), point);
  }

  @Override
  public void on(SagaEvent event) {
    String step = event.step().map(name -> " " + name).orElse("");
    at(event.id().toString(), event.kind() + step);
  }

  /** Halts here if this is the saga's moment. */
  void at(String who, String point) {
    if (halts.remove(who, point)) {
      halted.incrementAndGet();
      try {
        if (!release.await(120, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody has let go of " + point);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void awaitHalted(int number) {
    Deadline.in(Duration.ofMinutes(2))
        .await(number + " sagas are halted", () -> halted.get() >= number);
  }

  void letGo() {
    release.countDown();
  }
}
