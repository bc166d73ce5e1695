package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A fresh data directory that {@code initdb} made once, and that new servers start from.
 *
 * <p>{@code initdb} starts a dozen servers one after the other to do its work; a copy of what comes
 * out takes a fifteenth of its processor time. One is kept for each version and each set of
 * arguments, beside the binaries. A copy has to be given a {@link SystemIdentifier} of its own.
 */
final class ServerTemplate {

  private static final long MINUTES = 2;

  private final Installation installation;
  private final List<String> arguments;

  /**
   * The template for these arguments, made or not.
   *
   * @param localeArguments those of {@code initdb} that choose the locale
   */
  ServerTemplate(Installation installation, List<String> localeArguments) {
    this.installation = installation;
    List<String> all = new ArrayList<>(List.of("-A", "trust", "-U", "postgres", "-E", "UTF8"));
    all.addAll(List.of("--no-sync", "--no-instructions", "--wal-segsize=1", "--lc-messages=C"));
    all.addAll(localeArguments);
    this.arguments = List.copyOf(all);
  }

  /**
   * Makes a copy, with a system identifier that no other has.
   *
   * <p>Each account has a template of its own, for a copy keeps its owner: what user 65534 made is
   * closed to root without a name.
   */
  void copyTo(Path target) throws IOException {
    Path unpacked = installation.home();
    String owner = installation.account().name().toLowerCase(Locale.ROOT);
    String hash = Integer.toHexString(arguments.hashCode());
    Path home = unpacked.resolveSibling(unpacked.getFileName() + "-data-" + owner + "-" + hash);
    KeptDirectory.makeOnce(home, this::initialize);
    Directories.copy(home.resolve("data"), target, installation.account(), file -> true);
    SystemIdentifier.renew(target);
  }

  private void initialize(Path directory) throws IOException, InterruptedException {
    installation.account().own(directory);
    List<String> command = new ArrayList<>(List.of("-D", directory.resolve("data").toString()));
    command.addAll(arguments);
    Path output = directory.resolve("initdb.log");
    Process process = installation.program("initdb", command, directory, output).start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException("initdb failed: " + Files.readString(output).strip());
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
