package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A shell that removes a workspace, with the servers in it, as soon as this JVM lets go of it.
 *
 * <p>It blocks on a pipe from the JVM. The pipe ends when the workspace is closed, and it ends just
 * the same when the JVM is killed, since the operating system closes it then. So the ordinary end
 * and the hard one take the same path. (The scripts are {@code reaper.sh} beside this class.)
 */
final class Reaper {

  private static final String SCRIPT = script();

  private final Process shell;

  private Reaper(Process shell) {
    this.shell = shell;
  }

  /** Starts watching a workspace: its directory and its lock file go together. */
  static Reaper watch(Path directory, Path lock) throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", SCRIPT, "reaper", directory.toString(), lock.toString())
            .directory(Path.of("/").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Reaper(shell);
  }

  /** Lets go of the workspace and waits until nothing is left of it. */
  void reap() throws IOException, InterruptedException {
    shell.getOutputStream().close();
    if (!shell.waitFor(60, TimeUnit.SECONDS) || shell.exitValue() != 0) {
      throw new IOException("servers or files of a cluster could not be removed");
    }
  }

  private static String script() {
    try (InputStream in = Reaper.class.getResourceAsStream("reaper.sh")) {
      if (in == null) {
        throw new IllegalStateException("reaper.sh is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
