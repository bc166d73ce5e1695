package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Machine;
import io.shardjdbc.testkit.server.Machine.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;

/** The life and death of a node's server. */
final class NodeProcess {

  private final Machine machine;

  NodeProcess(Machine machine) {
    this.machine = machine;
  }

  /** What is done to a machine. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException, SQLException;
  }

  void start() {
    unchecked(machine::boot);
    Deadline.in(ClusterShard.PATIENCE).await(machine.name() + " is up", this::isReady);
  }

  private boolean isReady() {
    try {
      return machine.ready();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop(Shutdown how) {
    end(how == Shutdown.FAST ? Signal.SHUT_DOWN_FAST : Signal.SHUT_DOWN_IMMEDIATELY);
  }

  void kill() {
    end(Signal.KILL);
  }

  private void end(Signal signal) {
    unchecked(() -> machine.signal(signal));
    try {
      if (!machine.awaitExit(ClusterShard.PATIENCE)) {
        throw new IllegalStateException(machine.name() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + machine.name() + " was ending", e);
    }
  }

  void freeze() {
    unchecked(() -> machine.signal(Signal.FREEZE));
  }

  void thaw() {
    unchecked(() -> machine.signal(Signal.THAW));
  }

  void release() {
    unchecked(machine::release);
  }

  private interface FileWork {
    void run() throws IOException;
  }

  private static void unchecked(FileWork work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the data of a node that is down. */
  void change(Change change) throws SQLException {
    try {
      change.make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
