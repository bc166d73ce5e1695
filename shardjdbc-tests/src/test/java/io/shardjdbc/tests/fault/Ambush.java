package io.shardjdbc.tests.fault;

import io.shardjdbc.testkit.proxy.MessageFaults.Fate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A fault that lies in wait for what somebody says, however many messages come before. */
@FunctionalInterface
interface Ambush {

  /** Nobody lies in wait. */
  Ambush NONE = (request, said) -> Fate.PASS;

  /**
   * Decides about a message.
   *
   * @param request whether it is a client's, or else the server's
   */
  Fate of(boolean request, String said);

  /** Cuts whoever says these words, each time. */
  static Ambush cutting(String words) {
    return (request, said) -> request && said.contains(words) ? Fate.CUT : Fate.PASS;
  }

  /** The same, and does something before it cuts for the first time. */
  static Ambush cutting(String words, Runnable before) {
    AtomicBoolean done = new AtomicBoolean();
    return (request, said) -> {
      if (!request || !said.contains(words)) {
        return Fate.PASS;
      }
      if (!done.getAndSet(true)) {
        before.run();
      }
      return Fate.CUT;
    };
  }

  /** Cuts off the answer to whoever says these words for the given time. */
  static Ambush cuttingTheAnswerTo(String words, int time) {
    AtomicInteger left = new AtomicInteger(time);
    AtomicBoolean heard = new AtomicBoolean();
    return (request, said) -> {
      if (request && said.contains(words) && left.decrementAndGet() == 0) {
        heard.set(true);
      }
      boolean answers = !request && said.charAt(0) == 'C';
      return answers && heard.getAndSet(false) ? Fate.CUT : Fate.PASS;
    };
  }

  /**
   * Holds up whoever says the slow words until somebody has said the fast ones and then the last,
   * or a moment has passed without that.
   */
  static Ambush overtaken(String slow, String fast, String last, Duration patience) {
    AtomicBoolean begun = new AtomicBoolean();
    CountDownLatch over = new CountDownLatch(1);
    return (request, said) -> {
      if (request && said.contains(slow)) {
        await(over, patience);
      } else if (request && said.contains(fast)) {
        begun.set(true);
      } else if (begun.get() && said.contains(last)) {
        over.countDown();
      }
      return Fate.PASS;
    };
  }

  /**
   * Holds up whoever says these words first, until another one who says them has his answer and
   * something was done then, or a moment has passed without that.
   */
  static Ambush outrun(String words, Runnable then, Duration patience) {
    AtomicBoolean held = new AtomicBoolean();
    AtomicBoolean outrun = new AtomicBoolean();
    CountDownLatch over = new CountDownLatch(1);
    return (request, said) -> {
      if (request && said.contains(words) && !held.getAndSet(true)) {
        await(over, patience);
      } else if (!request && held.get() && said.charAt(0) == 'C' && said.contains(words)) {
        if (!outrun.getAndSet(true)) {
          then.run();
          over.countDown();
        }
      }
      return Fate.PASS;
    };
  }

  private static void await(CountDownLatch over, Duration patience) {
    try {
      boolean ignored = over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Holds up whoever says these words for the given time, while something else is done. */
  static Ambush holdingUp(String words, int time, Runnable meanwhile) {
    AtomicInteger left = new AtomicInteger(time);
    return (request, said) -> {
      if (request && said.contains(words) && left.decrementAndGet() == 0) {
        meanwhile.run();
      }
      return Fate.PASS;
    };
  }
}
