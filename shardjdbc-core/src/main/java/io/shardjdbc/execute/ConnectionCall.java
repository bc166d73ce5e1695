package io.shardjdbc.execute;

import io.shardjdbc.session.Held;
import java.sql.SQLException;
import java.time.Duration;

/** Work of the library's own on one connection, which is cancelled whatever of it runs. */
final class ConnectionCall extends ShardCall {

  private final ConnectionWork work;

  ConnectionCall(Held held, ConnectionWork work) {
    super(held);
    this.work = work;
  }

  @Override
  boolean execute() throws SQLException {
    work.on(held().connection());
    return false;
  }

  @Override
  boolean isOfLibrary() {
    return true;
  }

  @Override
  long changed() {
    return -1;
  }

  /** None of its own: the deadline is that of whoever waits for it. */
  @Override
  Duration timeout() {
    return Duration.ZERO;
  }

  @Override
  boolean endsAlone() {
    return true;
  }

  @Override
  void cancelNow() throws SQLException {
    cancelAgain();
  }
}
