package io.shardjdbc.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A JVM of its own that runs a program from the tests' class path. */
public final class ForkedJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ForkedJvm(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  public static ForkedJvm run(Class<?> program, String... arguments) throws IOException {
    return run(List.of(), System.getProperty("java.class.path"), List.of(), program, arguments);
  }

  public static ForkedJvm run(
      List<String> prefix,
      String classPath,
      List<String> options,
      Class<?> program,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Such a process ends, or is killed, before the optimising compiler would pay.
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-D" + Whole.PROPERTY + "=" + Boolean.getBoolean(Whole.PROPERTY));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    return new ForkedJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Reads the program's output up to a line that starts so, and returns that line. */
  public String awaitLine(String start) {
    List<String> lines = new ArrayList<>();
    try {
      String line;
      while ((line = output.readLine()) != null) {
        lines.add(line);
        if (line.startsWith(start)) {
          return line;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no line '" + start + "' in:\n" + String.join("\n", lines));
  }

  /** Reads the program's output line by line until it has ended. */
  public void forEachLine(Consumer<String> reader) {
    try {
      String line;
      while ((line = output.readLine()) != null) {
        reader.accept(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Its process, if it still runs. */
  public Optional<Long> pid() {
    return process.isAlive() ? Optional.of(process.pid()) : Optional.empty();
  }

  /** Kills it, and returns when it is dead; what it has printed can still be read. */
  public void killHard() {
    process.toHandle().destroyForcibly();
    awaitEnd(process);
  }

  /** Stops it where it is, until {@link #goOn}. */
  public void stop() throws IOException {
    signal("-STOP");
  }

  /** Lets it go on, if it is stopped. */
  public void goOn() throws IOException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException {
    awaitEnd(new ProcessBuilder("kill", name, String.valueOf(process.pid())).start());
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Gives the program a line to read. */
  public void writeLine(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
