package io.shardjdbc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.server.Account;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LongRun
class AccountTest {

  private final boolean root =
      Account.choose(account -> account == Account.NOBODY) == Account.NOBODY;

  @Test
  void serversRunUnderAnotherUserWhereNamespacesAreForbidden() throws Exception {
    ClusterShape shape = PostgresCluster.builder().replicasPerShard(1).shape();
    Account account = Account.choose(candidate -> candidate == Account.NOBODY);
    try (PostgresCluster cluster = LocalStart.start(shape, account)) {
      ClusterShard shard = cluster.shard("s0");
      ClusterNode replica = shard.replicas().get(0);
      replica.rebuildFrom(shard.primary());
      cluster.createDatabase("app");
      shard.awaitReplication();
      for (ClusterNode node : List.of(shard.primary(), replica)) {
        try (Connection connection = node.connect("app")) {
          Path data = Path.of(Sql.value(connection, "SHOW data_directory"));
          assertThat(Files.getOwner(data.resolve("postmaster.pid")).getName())
              .as("whose process it is")
              .isNotEqualTo("root");
        }
      }
    }
  }

  /** Two JVMs that share an empty cache of binaries, as user 65534 where this one is root. */
  @Test
  void anOrdinaryUserStartsClustersInSeveralJvmsAtOnce(
      @TempDir(factory = InMemory.class) Path directory) throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    String classPath = copyOfClassPath(directory);
    for (Path path : List.of(directory, home)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    List<String> prefix =
        root ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of();
    List<String> options = List.of("-Duser.home=" + home);
    try (ForkedJvm one =
            ForkedJvm.run(prefix, classPath, options, ClusterProgram.class, directory.toString());
        ForkedJvm two =
            ForkedJvm.run(prefix, classPath, options, ClusterProgram.class, directory.toString())) {
      String up = one.awaitLine("up");
      assertThat(two.awaitLine("up")).isEqualTo(up);
      assertThat(up).doesNotEndWith(" root");
      one.endInput();
      two.endInput();
      one.awaitLine("closed");
      two.awaitLine("closed");
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("home", "classes");
    }
  }

  /** A copy that another user can read, whoever's directories the originals are in. */
  private static String copyOfClassPath(Path directory) throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    StringJoiner copies = new StringJoiner(File.pathSeparator);
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      if (!Files.exists(source) || entry.contains("postgres-binaries" + File.separator)) {
        continue;
      }
      Path target = classes.resolve(number++ + "-" + source.getFileName());
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(source.relativize(file).toString()));
        }
      }
      copies.add(target.toString());
    }
    return copies.toString();
  }
}
