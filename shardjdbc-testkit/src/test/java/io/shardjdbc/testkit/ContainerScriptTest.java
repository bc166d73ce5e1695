package io.shardjdbc.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.container.ContainerMachine;
import io.shardjdbc.testkit.container.Shell;
import io.shardjdbc.testkit.server.Account;
import io.shardjdbc.testkit.server.Endpoint;
import io.shardjdbc.testkit.server.Installation;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the script that steers a container's server on this machine, where it needs no container:
 * everything but the copying of a primary, for which only images bring the program. Containers are
 * Linux machines; what holds on every platform, {@code ContainerMachineTest} tries.
 */
class ContainerScriptTest {

  @TempDir(factory = InMemory.class)
  Path directory;

  @LongRun
  @Test
  void theLeversOfAContainersServerWork() throws Exception {
    if (!OS.LINUX.isCurrentOs()) {
      System.out.println("The script of Linux machines is not tried here: it needs their /proc.");
      assertThat(Path.of("/proc/self/comm")).as("the reason").doesNotExist();
      return;
    }
    ClusterShape shape = ContainerCluster.builder().setting("unix_socket_directories", "").shape();
    ClusterNode node = ContainerStart.startShards(shape, this::machineOnThisHost).get(0).primary();
    try {
      assertThat(node.isRunning()).isTrue();
      run(node, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");

      node.kill();
      assertThat(node.isRunning()).isFalse();
      node.start();
      assertThatThrownBy(node::start).hasMessageContaining("is running");
      assertThat(count(node)).isEqualTo("1");

      try (Connection session = node.connect()) {
        node.freeze();
        session.setNetworkTimeout(Runnable::run, 300);
        assertThatThrownBy(() -> Sql.value(session, "SELECT 1")).isInstanceOf(SQLException.class);
        node.thaw();
      }
      node.restart();
      assertThat(count(node)).isEqualTo("1");
      node.set("work_mem", "5MB");
      assertThat(node.log()).anyMatch(line -> line.contains("work_mem"));

      node.stop(Shutdown.FAST);
      Files.writeString(directory.resolve("s0-1/data/postgresql.auto.conf"), "port = many\n");
      assertThatThrownBy(node::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("invalid value for parameter \"port\"");
    } finally {
      node.stop(Shutdown.IMMEDIATE);
    }
  }

  private ContainerMachine machineOnThisHost(String name) throws IOException {
    Account account = Account.choose();
    Path programs = Installation.of(18, "18.4.0", account).home().resolve("bin");
    Path home = Files.createDirectory(directory.resolve(name));
    Shell shell =
        command -> {
          ProcessBuilder builder = new ProcessBuilder(account.command(command));
          String path = builder.environment().get("PATH");
          builder.environment().put("PATH", programs + File.pathSeparator + path);
          builder.environment().put("LC_ALL", "C");
          Process process = builder.directory(home.toFile()).start();
          process.getOutputStream().close();
          String output = new String(process.getInputStream().readAllBytes(), UTF_8);
          try {
            return new Shell.Result(process.waitFor(), output);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    Endpoint endpoint = new Endpoint("127.0.0.1", freePort());
    return new ContainerMachine(name, shell, home.toString(), endpoint, endpoint);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void run(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String count(ClusterNode node) throws SQLException {
    try (Connection connection = node.connect()) {
      return Sql.value(connection, "SELECT count(*) FROM t");
    }
  }
}
