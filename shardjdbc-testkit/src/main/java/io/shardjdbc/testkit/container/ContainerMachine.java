package io.shardjdbc.testkit.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shardjdbc.testkit.server.Endpoint;
import io.shardjdbc.testkit.server.Machine;
import io.shardjdbc.testkit.server.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A server that is steered by a script, {@code machine.sh}, on a machine of its own. */
public final class ContainerMachine implements Machine {

  private static final String SCRIPT = script();
  private static final String LOG_LINES = "20";
  private static final long LOOK_AGAIN = Duration.ofMillis(20).toNanos();

  private final String name;
  private final Shell shell;
  private final String home;
  private final Endpoint endpoint;
  private final Endpoint peerEndpoint;

  /**
   * Steers the machine behind a shell.
   *
   * @param home an existing directory there, in which the server's data goes
   * @param endpoint where tests reach the machine
   * @param peerEndpoint where other machines do; the server listens on its port
   */
  public ContainerMachine(
      String name, Shell shell, String home, Endpoint endpoint, Endpoint peerEndpoint) {
    this.name = name;
    this.shell = shell;
    this.home = home;
    this.endpoint = endpoint;
    this.peerEndpoint = peerEndpoint;
  }

  /** Makes a new data directory. */
  public void initialize(List<String> localeArguments, Map<String, String> settings)
      throws IOException {
    run("initialize", localeArguments);
    StringBuilder lines = new StringBuilder("\n");
    settings.forEach((setting, value) -> lines.append(Settings.line(setting, value)));
    run("configure", List.of("postgresql.conf", lines.toString()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Endpoint peerEndpoint() {
    return peerEndpoint;
  }

  @Override
  public void boot() throws IOException {
    if (running()) {
      throw new IllegalStateException(name + " is running");
    }
    run("boot", List.of(Integer.toString(peerEndpoint.port()), name));
  }

  @Override
  public boolean ready() throws IOException {
    String status = run("ready", List.of());
    if (status.equals("ended")) {
      throw new IllegalStateException(name + " ended:\n" + String.join("\n", log()));
    }
    return status.equals("ready");
  }

  @Override
  public boolean running() {
    try {
      return run("running", List.of()).equals("yes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void signal(Signal signal) throws IOException {
    switch (signal) {
      case SHUT_DOWN_FAST -> run("signal", List.of("INT"));
      case SHUT_DOWN_IMMEDIATELY -> run("signal", List.of("QUIT"));
      case KILL -> run("signal-all", List.of("KILL"));
      case FREEZE -> run("signal-all", List.of("STOP"));
      case THAW -> run("signal-all", List.of("CONT"));
    }
  }

  @Override
  public boolean awaitExit(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (running()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN);
    }
    return true;
  }

  @Override
  public void release() {
    // The machine goes, and the server with it.
  }

  @Override
  public void becomeStandby(Endpoint primary) throws IOException {
    run("standby", List.of(Settings.line("primary_conninfo", primaryConnectionString(primary))));
  }

  @Override
  public void copyFrom(Machine primary) throws IOException {
    Endpoint source = primary.peerEndpoint();
    run("copy", List.of(source.host(), Integer.toString(source.port())));
  }

  @Override
  public List<String> log() {
    try {
      return run("log", List.of(LOG_LINES)).lines().toList();
    } catch (IOException e) {
      return List.of("(no log: " + e.getMessage() + ")");
    }
  }

  private String run(String verb, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, "machine", home, verb));
    command.addAll(arguments);
    Shell.Result result = shell.run(command);
    if (result.exitCode() != 0) {
      throw new IOException(
          "%s on %s ended with %d: %s".formatted(verb, name, result.exitCode(), result.output()));
    }
    return result.output().strip();
  }

  private static String script() {
    try (InputStream in = ContainerMachine.class.getResourceAsStream("machine.sh")) {
      if (in == null) {
        throw new IllegalStateException("machine.sh is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
