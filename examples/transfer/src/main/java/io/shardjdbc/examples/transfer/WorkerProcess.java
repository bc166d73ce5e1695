package io.shardjdbc.examples.transfer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** A worker's process, and the transfers of which it has said that they were applied. */
final class WorkerProcess {

  private final Process process;
  private final Thread reader;

  private WorkerProcess(Process process, Thread reader) {
    this.process = process;
    this.reader = reader;
  }

  /**
   * Starts one.
   *
   * @param pace between two transfers of a thread
   * @param applied gets a line for each transfer
   */
  static WorkerProcess start(
      String name, Duration pace, Map<String, String> urls, Queue<String> applied)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    command.add(name);
    command.add(pace.toString());
    urls.forEach((shard, url) -> command.addAll(List.of(shard, url)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Thread reader = new Thread(() -> read(process, applied), "reader of " + name);
    reader.setDaemon(true);
    reader.start();
    return new WorkerProcess(process, reader);
  }

  private static void read(Process process, Queue<String> applied) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.endsWith(Worker.END)) { // else it was killed in the middle of it
          applied.add(line.substring(0, line.length() - Worker.END.length()));
        }
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** Kills it with SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    reader.join();
  }

  /** Lets it finish what it does. */
  void stop() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    reader.join();
  }
}
