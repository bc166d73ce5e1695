package io.shardjdbc.tests.reshard;

import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A process of which all lines are kept while it runs, and that can be stopped and killed. */
final class WatchedJvm implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final boolean SHOW = Boolean.getBoolean("shardjdbc.reshard.show");

  private final ForkedJvm jvm;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final String program;
  private volatile boolean ended;
  private volatile long heardAt = System.nanoTime();

  WatchedJvm(Class<?> program, String... arguments) throws IOException {
    this.program = program.getSimpleName();
    this.jvm =
        ForkedJvm.run(
            List.of(), System.getProperty("java.class.path"), List.of(), program, arguments);
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
    heardAt = System.nanoTime();
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

  /** Whether it has told a moment so often before, and some lines behind it. */
  boolean isAt(String moment, long before, int more) {
    int at = -1;
    long seen = 0;
    for (int i = 0; i < lines.size() && at < 0; i++) {
      if (lines.get(i).contains(moment) && seen++ == before) {
        at = i;
      }
    }
    return at >= 0 && lines.size() > at + more;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Waits for a line, or the end of all. */
  void await(String what, Duration allowed, Predicate<String> line) {
    Deadline.in(allowed).await(what + " in " + lines, () -> ended || says(line));
  }

  /** Waits for a condition or the end for as long as lines come: a slow machine is no failure. */
  void awaitWhileItTells(String what, Duration silence, BooleanSupplier condition) {
    Deadline.in(LONGEST)
        .await(what, () -> ended || condition.getAsBoolean() || isSilentFor(silence));
    if (!ended && !condition.getAsBoolean()) {
      throw new IllegalStateException(
          "nothing is told for " + silence + ", waiting until " + what + ", behind " + lines);
    }
  }

  private boolean isSilentFor(Duration silence) {
    return System.nanoTime() - heardAt > silence.toNanos();
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

  @Override
  public String toString() {
    return program + (ended ? ", which has ended" : "");
  }
}
