package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A server that runs as a child process of this JVM, on the loopback interface. */
public final class LocalMachine implements Machine {

  private static final int LOG_LINES = 20;
  private static final int LINES_AFTER_BINDING = 3;
  private static final int PORTS_TO_TRY = 10;
  private static final Duration CHILDREN = Duration.ofSeconds(2);

  private final String name;
  private final DataDirectory data;
  private final Path log;
  private final boolean windows;

  private volatile int port = Ports.next();
  private volatile @Nullable Process process;
  private volatile List<ProcessHandle> children = List.of();
  private volatile boolean frozen;
  private boolean portProven;
  private int portsTried;

  /**
   * Makes the machine's place; its data directory is yet to be made.
   *
   * @param parent the directory in which the machine makes its own
   */
  public LocalMachine(String name, Installation installation, Path parent) throws IOException {
    this.name = name;
    Path home = Files.createDirectory(parent.resolve(name));
    installation.account().own(home);
    this.data = new DataDirectory(installation, home);
    this.windows = installation.platform().isWindows();
    this.log = home.resolve("server.log");
  }

  /** Makes a new data directory, with a system identifier of its own. */
  public void initialize(List<String> localeArguments, Map<String, String> settings)
      throws IOException {
    data.initialize(localeArguments, settings);
  }

  /** Makes the data directory a copy of that of a machine whose server is down. */
  public void copyCold(LocalMachine source) throws IOException {
    data.copyCold(source.data);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("127.0.0.1", port);
  }

  @Override
  public Endpoint peerEndpoint() {
    return endpoint();
  }

  @Override
  public synchronized void boot() throws IOException {
    if (running()) {
      throw new IllegalStateException(name + " is running");
    }
    process = data.serve(port, name, log);
  }

  @Override
  public synchronized boolean ready() throws IOException {
    Process server = process;
    if (server == null) {
      throw new IllegalStateException(name + " was not started");
    }
    if (server.isAlive()) {
      boolean serves = data.isServedBy(server.pid());
      portProven |= serves;
      return serves;
    }
    // A port that another process took before this server first had it is not worth a failure.
    if (!portProven && portWasTaken() && portsTried++ < PORTS_TO_TRY) {
      Ports.giveBack(port);
      port = Ports.next();
      boot();
      return false;
    }
    throw new IllegalStateException(
        name + " ended with " + server.exitValue() + ":\n" + String.join("\n", log()));
  }

  private boolean portWasTaken() {
    List<String> end = log();
    return end.subList(Math.max(0, end.size() - LINES_AFTER_BINDING), end.size()).stream()
        .anyMatch(line -> line.contains("could not create any TCP/IP sockets"));
  }

  @Override
  public boolean running() {
    Process server = process;
    return server != null && server.isAlive();
  }

  @Override
  public void signal(Signal signal) throws IOException {
    Process server = process;
    if (server == null || !server.isAlive()) {
      return;
    }
    List<ProcessHandle> postmaster = List.of(server.toHandle());
    switch (signal) {
      case SHUT_DOWN_FAST -> Signals.send("INT", postmaster);
      case SHUT_DOWN_IMMEDIATELY -> Signals.send("QUIT", postmaster);
      case KILL -> {
        // Stopped first, it has no more children while we list them.
        Signals.send("STOP", postmaster);
        children = server.descendants().toList();
        Signals.send("KILL", postmaster);
        Signals.send("KILL", children);
        frozen = false;
      }
      case FREEZE -> {
        Signals.send("STOP", postmaster);
        Signals.send("STOP", server.descendants().toList());
        frozen = true;
      }
      case THAW -> {
        Signals.send("CONT", server.descendants().toList());
        Signals.send("CONT", postmaster);
        frozen = false;
      }
    }
  }

  @Override
  public boolean awaitExit(Duration timeout) throws InterruptedException {
    Process server = process;
    if (server != null && !server.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    // Killed children hold the shared memory that the next start wants, until they are gone.
    long deadline = System.nanoTime() + CHILDREN.toNanos();
    while (System.nanoTime() < deadline && !children.stream().allMatch(Signals::hasEnded)) {
      LockSupport.parkNanos(CHILDREN.toNanos() / 1_000);
    }
    children = List.of();
    return true;
  }

  @Override
  public void release() throws IOException {
    Process server = process;
    if (frozen) {
      signal(Signal.THAW);
    }
    if (windows && server != null) {
      server.destroyForcibly();
    }
    Ports.giveBack(port);
  }

  @Override
  public void becomeStandby(Endpoint primary) throws IOException {
    data.becomeStandby(primaryConnectionString(primary));
  }

  @Override
  public void copyFrom(Machine primary) throws IOException, SQLException {
    if (running()) {
      throw new IllegalStateException(name + " is running");
    }
    if (!(primary instanceof LocalMachine source)) {
      throw new IllegalArgumentException(primary.name() + " is not on this host");
    }
    data.delete();
    BaseBackup.take(source.endpoint(), source.data, data);
  }

  @Override
  public List<String> log() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(no log: " + e.getMessage() + ")");
    }
  }
}
