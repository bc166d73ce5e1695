package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The data directory of one server. */
final class DataDirectory {

  // Lines of postmaster.pid, counted from 1: see miscadmin.h in PostgreSQL's sources.
  private static final int SEGMENT_LINE = 7;
  private static final int STATUS_LINE = 8;

  private final Installation installation;
  private final Path place;
  private final Path path;

  /** The directory named {@code data} in a machine's place, which need not exist yet. */
  DataDirectory(Installation installation, Path place) {
    this.installation = installation;
    this.place = place;
    this.path = place.resolve("data");
  }

  /** Makes a fresh directory, as {@code initdb} does, and writes the settings. */
  void initialize(List<String> localeArguments, Map<String, String> settings) throws IOException {
    new ServerTemplate(installation, localeArguments).copyTo(path);
    StringBuilder lines = new StringBuilder("\n");
    Settings.local(installation.major())
        .forEach((name, value) -> lines.append(Settings.line(name, value)));
    settings.forEach((name, value) -> lines.append(Settings.line(name, value)));
    Files.writeString(path.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
  }

  /** Starts a server over this directory. */
  Process serve(int port, String clusterName, Path log) throws IOException {
    List<String> arguments =
        List.of(
            "-D",
            path.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "cluster_name=" + clusterName);
    Process process = installation.program("postgres", arguments, place, log).start();
    process.getOutputStream().close();
    return process;
  }

  /** Copies the directory of a server that is down. */
  void copyCold(DataDirectory source) throws IOException {
    copy(source, file -> true);
  }

  /** Copies another directory, but for the files that the predicate refuses. */
  void copy(DataDirectory source, Predicate<Path> content) throws IOException {
    Directories.copy(source.path, path, installation.account(), content);
  }

  /** Writes a file of its own into the directory. */
  void write(String name, String content) throws IOException {
    Path file = path.resolve(name);
    Files.writeString(file, content);
    installation.account().own(file);
  }

  /** Makes a directory inside this one. */
  void createDirectory(String name) throws IOException {
    Path directory = Files.createDirectory(path.resolve(name));
    installation.account().own(directory);
  }

  /** Removes the directory of a server that is down. */
  void delete() throws IOException {
    freeSharedMemory();
    Directories.delete(path);
  }

  /** A killed server leaves a small System V segment, which only its lock file still names. */
  private void freeSharedMemory() throws IOException {
    List<String> lines = lockFile();
    if (lines.size() >= SEGMENT_LINE && !installation.platform().isWindows()) {
      String[] keyAndSegment = lines.get(SEGMENT_LINE - 1).strip().split(" +", -1);
      Commands.tryRun("ipcrm", "-m", keyAndSegment[keyAndSegment.length - 1]);
    }
  }

  /** Makes the next start that of a standby. */
  void becomeStandby(String primaryConnectionString) throws IOException {
    write("standby.signal", "");
    // Where ALTER SYSTEM writes too, so that it can change it later; the last line counts.
    Files.writeString(
        path.resolve("postgresql.auto.conf"),
        Settings.line("primary_conninfo", primaryConnectionString),
        StandardOpenOption.APPEND);
  }

  /**
   * Whether the given server process runs over this directory and accepts connections. It says so
   * in its lock file, which a server on another's port never gets to write.
   */
  boolean isServedBy(long pid) throws IOException {
    List<String> lines = lockFile();
    return lines.size() >= STATUS_LINE
        && lines.get(0).strip().equals(Long.toString(pid))
        && lines.get(STATUS_LINE - 1).strip().equals("ready");
  }

  private List<String> lockFile() throws IOException {
    try {
      return Files.readAllLines(path.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of(); // a server that starts removes the one of its predecessor that was killed
    }
  }
}
