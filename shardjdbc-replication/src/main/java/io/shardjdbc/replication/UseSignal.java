package io.shardjdbc.replication;

/**
 * Whether the shard is in use: set by every request, at the cost of a look.
 *
 * <p>A request writes only when nobody has since the last look of the probe, so that the line stays
 * in every core's cache.
 */
final class UseSignal {
  private volatile boolean used;
  private volatile boolean dozing;
  private volatile Runnable wake = () -> {};

  void onWake(Runnable action) {
    wake = action;
  }

  void mark() {
    if (!used) {
      used = true;
      if (dozing) {
        dozing = false;
        wake.run();
      }
    }
  }

  boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  void dozing(boolean now) {
    dozing = now;
  }
}
