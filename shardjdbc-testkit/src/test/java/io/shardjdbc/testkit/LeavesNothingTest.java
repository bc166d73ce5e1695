package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LongRun
class LeavesNothingTest {

  private final Deadline deadline = Deadline.in(Duration.ofSeconds(60));

  @TempDir(factory = InMemory.class)
  Path directory;

  @Test
  void aClosedClusterLeavesNoProcessAndNoFile() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    PostgresCluster cluster =
        PostgresCluster.builder().replicasPerShard(2).directory(directory).start();
    List<ProcessHandle> servers =
        ProcessHandle.current().descendants().filter(process -> !before.contains(process)).toList();
    assertThat(servers).hasSizeGreaterThan(3 * 5);
    assertThat(files()).isNotEmpty();
    cluster.shard("s0").primary().kill();
    cluster.shard("s0").replicas().get(0).freeze();

    cluster.close();
    cluster.close();

    assertGone(servers);
    assertThat(files()).isEmpty();
  }

  @Test
  void aClusterThatDoesNotStartLeavesNothing() throws Exception {
    PostgresCluster.Builder wrong =
        PostgresCluster.builder().shards(2).directory(directory).setting("port", "many");

    assertThat(catchThrowable(wrong::start))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("invalid value for parameter \"port\"");
    assertThat(files()).isEmpty();
  }

  @Test
  void aJvmThatIsKilledLeavesNothing() throws Exception {
    try (ForkedJvm jvm = ForkedJvm.run(ClusterProgram.class, directory.toString())) {
      jvm.awaitLine("up");
      List<ProcessHandle> servers = jvm.descendants();
      assertThat(servers).hasSizeGreaterThan(3 * 5);

      jvm.killHard();

      assertGone(servers);
      deadline.await("no file is left", () -> files().isEmpty());
    }
  }

  @LongRun
  @Test
  void aJvmThatIsKilledLeavesNoFrozenAndNoKilledServer() throws Exception {
    try (ForkedJvm jvm =
        ForkedJvm.run(ClusterProgram.class, directory.toString(), "kill", "freeze")) {
      // It cannot create its database while a replica is frozen.
      deadline.await(
          "a server is frozen", () -> jvm.descendants().stream().anyMatch(this::isStopped));
      List<ProcessHandle> servers = jvm.descendants();
      List<String> segments = sharedMemoryOfServers();
      assertThat(segments).hasSize(3);

      jvm.killHard();

      assertGone(servers);
      deadline.await("no file is left", () -> files().isEmpty());
      deadline.await(
          "no shared memory is left", () -> Collections.disjoint(segments, sharedMemory()));
    }
  }

  @LongRun
  @Test
  void aJvmThatIsKilledWhileItStartsServersLeavesNothing() throws Exception {
    try (ForkedJvm jvm = ForkedJvm.run(ClusterProgram.class, directory.toString())) {
      deadline.await("a server starts", () -> jvm.descendants().stream().anyMatch(this::isServer));

      jvm.killHard();

      deadline.await("no file is left", () -> files().isEmpty());
      deadline.await("no server is left", () -> processesIn(directory).isEmpty());
    }
  }

  @LongRun
  @Test
  void whatAKilledReaperLeftIsRemovedByTheNextCluster() throws Exception {
    try (ForkedJvm jvm = ForkedJvm.run(ClusterProgram.class, directory.toString())) {
      jvm.awaitLine("up");
      List<ProcessHandle> servers = jvm.descendants();
      servers.stream().filter(this::isShell).forEach(ProcessHandle::destroyForcibly);
      jvm.killHard();
      deadline.await(
          "only the servers are left",
          () -> servers.stream().noneMatch(process -> isShell(process) && process.isAlive()));
      assertThat(files()).isNotEmpty();

      PostgresCluster.builder().directory(directory).start().close();

      assertGone(servers);
      assertThat(files()).isEmpty();
    }
  }

  private void assertGone(List<ProcessHandle> processes) {
    deadline.await(
        "all processes have ended", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private List<String> processesIn(Path place) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(command -> command.contains(place.toString()))
        .toList();
  }

  private boolean isShell(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("sh");
  }

  private boolean isServer(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("postgres");
  }

  private boolean isStopped(ProcessHandle process) {
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      return Files.exists(status) && Files.readString(status).contains("State:\tT");
    } catch (IOException e) {
      return false;
    }
  }

  /** The identifiers of the System V segments that the servers' lock files name. */
  private List<String> sharedMemoryOfServers() throws IOException {
    List<String> segments = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.endsWith("postmaster.pid")).toList()) {
        segments.add(Files.readAllLines(file).get(6).strip().split(" +", -1)[1]);
      }
    }
    return segments;
  }

  private static List<String> sharedMemory() throws IOException {
    Path table = Path.of("/proc/sysvipc/shm");
    return Files.exists(table)
        ? Files.readAllLines(table).stream().map(line -> line.strip().split(" +", -1)[1]).toList()
        : List.of();
  }
}
