package io.shardjdbc.replication.watch;

/**
 * Whether the shard is in use: set by every request, at the cost of a look.
 *
 * <p>A request writes only when nobody has since the last look of the probe, so that the line stays
 * in every core's cache.
 */
public final class UseSignal {
  private volatile boolean used;
  private volatile boolean dozing;
  private volatile Runnable wake = () -> {};

  public void onWake(Runnable action) {
    wake = action;
  }

  public void mark() {
    if (!used) {
      used = true;
      if (dozing) {
        dozing = false;
        wake.run();
      }
    }
  }

  public boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  public void dozing(boolean now) {
    dozing = now;
  }
}
