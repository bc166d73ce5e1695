package io.shardjdbc.tests.reshard;

import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A process of which all lines are kept while it runs, and that can be stopped and killed. */
final class WatchedJvm implements AutoCloseable {
  private static final boolean SHOW = Boolean.getBoolean("shardjdbc.reshard.show");

  private final ForkedJvm jvm;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final String program;
  private volatile boolean ended;

  WatchedJvm(Class<?> program, String... arguments) throws IOException {
    this.program = program.getSimpleName();
    this.jvm =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"),
            program,
            arguments);
    Thread reader = new Thread(this::read, "reads " + program.getSimpleName());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    jvm.forEachLine(this::heard);
    ended = true;
  }

  @SuppressWarnings("SystemOut")
  private void heard(String line) {
    lines.add(line);
    if (SHOW) {
      System.out.println(Instant.now() + " " + program + ": " + line);
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  boolean says(Predicate<String> what) {
    return lines.stream().anyMatch(what);
  }

  boolean hasEnded() {
    return ended;
  }

  /** Waits for a line, or the end of all. */
  void await(String what, Duration allowed, Predicate<String> line) {
    Deadline.in(allowed).await(what + " in " + lines, () -> ended || says(line));
  }

  void writeLine(String line) throws IOException {
    jvm.writeLine(line);
  }

  void kill() {
    jvm.killHard();
  }

  /** Stops it, or lets it go on. */
  void signal(String name) throws IOException, InterruptedException {
    if (jvm.pid().isPresent()) {
      new ProcessBuilder("kill", "-" + name, String.valueOf(jvm.pid().get())).start().waitFor();
    }
  }

  @Override
  public void close() {
    jvm.close();
  }
}
