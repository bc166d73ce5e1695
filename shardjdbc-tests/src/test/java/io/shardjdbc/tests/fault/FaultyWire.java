package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.TcpProxy;
import io.shardjdbc.testkit.proxy.MessageFaults;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A network in front of a server, with one fault at a drawn message of the protocol. */
final class FaultyWire {

  private final TcpProxy proxy;
  private final AtomicInteger messages = new AtomicInteger();
  private volatile int at = -1;
  private volatile Predicate<String> asleep = said -> false;
  private volatile Ambush ambush = Ambush.NONE;
  private volatile boolean stays;
  private volatile MessageFaults.Fate fate = MessageFaults.Fate.PASS;

  FaultyWire(TcpProxy proxy) {
    this.proxy = proxy;
    proxy.onMessages(
        new MessageFaults() {
          @Override
          public Fate of(boolean request, int type) {
            return next();
          }

          @Override
          public Fate of(boolean request, int type, byte[] message) {
            String said = new String(message, StandardCharsets.ISO_8859_1);
            if (request && asleep.test(said)) {
              return Fate.CUT;
            }
            Fate fate = ambush.of(request, said);
            return fate == Fate.PASS ? next() : fate;
          }
        });
  }

  /** Cuts off who says that, for he sleeps. */
  void whoSleeps(Predicate<String> said) {
    asleep = said;
  }

  /** Has somebody lie in wait for what is said, until it heals. */
  void lay(Ambush waiting) {
    ambush = waiting;
  }

  TcpProxy proxy() {
    return proxy;
  }

  private MessageFaults.Fate next() {
    int now = messages.incrementAndGet();
    return now == at || (stays && at > 0 && now > at) ? fate : MessageFaults.Fate.PASS;
  }

  /** Draws a fault. Most cut: what is swallowed takes the time-outs of whoever waits. */
  String draw(Random random, Aim aim) {
    int kind = random.nextInt(20);
    fate =
        kind == 0
            ? MessageFaults.Fate.SWALLOW
            : kind < 4 ? MessageFaults.Fate.DELAY : MessageFaults.Fate.CUT;
    messages.set(0);
    stays = fate == MessageFaults.Fate.CUT && aim.staysAway(random);
    at = 1 + random.nextInt(aim.latestFault());
    return fate + (stays ? " from " : " at ") + at;
  }

  void heal() {
    at = -1;
    ambush = Ambush.NONE;
    if (fate == MessageFaults.Fate.SWALLOW) {
      proxy.resetConnections();
    }
    fate = MessageFaults.Fate.PASS;
  }
}
