package io.shardjdbc.pool;

/** The greeting of all connections of a DataSource, which may begin when some are open already. */
public final class Greetings {

  private volatile Greeting now = Greeting.NONE;

  /** What is said from now on. */
  public void say(Greeting greeting) {
    now = greeting;
  }

  Greeting now() {
    return now;
  }
}
