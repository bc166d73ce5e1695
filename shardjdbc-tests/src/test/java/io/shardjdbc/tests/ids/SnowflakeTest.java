package io.shardjdbc.tests.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ids.IdsUnavailableException;
import io.shardjdbc.ids.NodeLeases;
import io.shardjdbc.ids.Snowflake;
import io.shardjdbc.ids.SnowflakeId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** No id is made twice: not by processes that are killed, stopped, or told a wrong time. */
class SnowflakeTest {

  /** How many ids all processes make together. */
  private static final int IDS = Integer.getInteger("shardjdbc.ids", 100_000);

  private static final int PROCESSES = Integer.getInteger("shardjdbc.ids.processes", 2);

  /** So many of them are killed and started again. */
  private static final int KILLED = Math.min(2, PROCESSES - 1);

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private PGSimpleDataSource database;
  private String url;

  @BeforeEach
  void installs() throws SQLException {
    database = new PGSimpleDataSource();
    url = cluster.cluster().shards().get(0).primary().jdbcUrl(cluster.database());
    database.setUrl(url);
    run("DROP TABLE IF EXISTS shardjdbc.id_node");
    NodeLeases.in(database).install();
  }

  @LongRun
  @Test
  void processesOfWhichSomeAreKilledAndStartedAgainMakeNoIdTwice(@TempDir Path directory)
      throws Exception {
    int each = IDS / (PROCESSES + KILLED);
    List<Path> files = new ArrayList<>();
    List<ForkedJvm> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        files.add(directory.resolve("ids" + i));
        processes.add(fork(files.get(i), "1000", each, i < KILLED ? each / 2 : -1));
      }
      for (int i = 0; i < KILLED; i++) {
        processes.get(i).awaitLine("PID");
        processes.get(i).killHard();
        Path again = directory.resolve("again" + i);
        files.add(again);
        processes.add(fork(again, "1000", each, -1));
      }
      for (ForkedJvm process : processes.subList(KILLED, processes.size())) {
        process.awaitLine("DONE");
      }
    } finally {
      processes.forEach(ForkedJvm::close);
    }
    long[] ids = read(files);
    assertThat(ids).hasSize(each * PROCESSES + each / 2 * KILLED);
    assertAllDiffer(ids);
  }

  @LongRun
  @Test
  void aProcessThatSleepsPastItsLeaseMakesNoIdOfTheNextHolder(@TempDir Path directory)
      throws Exception {
    onlyNodes(1);
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    try (Connection looking = database.getConnection();
        ForkedJvm sleeper = fork(before, "300", 20_000, 10_000)) {
      String pid = sleeper.awaitLine("PID ").substring("PID ".length());
      signal("-STOP", pid);
      try {
        Deadline.in(Duration.ofSeconds(30)).await("the lease ends", () -> isFree(looking, 0));
        try (ForkedJvm next = fork(after, "60000", 20_000, 10_000)) {
          next.awaitLine("PID ");
          signal("-CONT", pid);
          sleeper.writeLine("go");
          sleeper.awaitLine(
              "Exception in thread \"main\" " + IdsUnavailableException.class.getName());
          next.writeLine("go");
          next.awaitLine("DONE");
        }
      } finally {
        new ProcessBuilder("kill", "-CONT", pid)
            .start(); // if the test has failed while it is stopped
      }
    }
    long[] ids = read(List.of(before, after));
    assertThat(ids).hasSize(30_000);
    assertAllDiffer(ids);
    assertThat(Arrays.stream(ids).mapToInt(id -> SnowflakeId.of(id).node())).containsOnly(0);
  }

  @Test
  void twoThatMakeIdsAtTheSameTimeHaveTwoNodes() throws SQLException {
    try (Snowflake one = Snowflake.over(NodeLeases.in(database));
        Snowflake other = Snowflake.over(NodeLeases.in(database))) {
      assertThat(SnowflakeId.of(one.next()).node())
          .isNotEqualTo(SnowflakeId.of(other.next()).node());
    }
  }

  @Test
  void whereAllNodesAreLeasedNoneIsGivenTwice() throws SQLException {
    onlyNodes(1);
    NodeLeases leases = NodeLeases.in(database);
    try (Snowflake one = Snowflake.over(leases)) {
      one.next();
      assertThatThrownBy(() -> Snowflake.over(leases))
          .isInstanceOf(IdsUnavailableException.class)
          .hasMessageContaining("leased");
    }
    try (Snowflake other = Snowflake.over(leases)) {
      assertThat(SnowflakeId.of(other.next()).node()).isZero();
    }
  }

  @Test
  void idsOfThreadsDifferAndTheirTimeIsTheDatabases() throws Exception {
    long[][] made = new long[4][20_000];
    Instant before = now();
    try (Snowflake source = Snowflake.over(NodeLeases.in(database))) {
      List<Thread> threads = new ArrayList<>();
      for (long[] ids : made) {
        Thread thread = new Thread(() -> Arrays.setAll(ids, i -> source.next()));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    Instant after = now();
    for (long[] ids : made) {
      assertThat(ids).isSorted();
    }
    long[] all = Arrays.stream(made).flatMapToLong(Arrays::stream).toArray();
    assertAllDiffer(all);
    Arrays.sort(all); // by their time
    for (long id : new long[] {all[0], all[all.length - 1]}) {
      assertThat(SnowflakeId.of(id).time()).isBetween(before.minusMillis(1), after.plusMillis(1));
    }
  }

  @Test
  void whileTheDatabaseIsAwayIdsGoOnToTheEndOfTheLease() throws Exception {
    ClusterNode primary = cluster.cluster().shards().get(0).primary();
    try (TcpProxy proxy = TcpProxy.to(primary.host(), primary.port())) {
      PGSimpleDataSource away = new PGSimpleDataSource();
      away.setUrl(primary.jdbcUrl(cluster.database(), proxy));
      try (Snowflake source = Snowflake.over(NodeLeases.in(away, Duration.ofMillis(800)))) {
        proxy.refuse();
        long first = source.next();
        assertThatThrownBy(
                () ->
                    Deadline.in(Duration.ofSeconds(30))
                        .await("the lease ends", () -> source.next() < first))
            .isInstanceOf(IdsUnavailableException.class)
            .hasMessageContaining("could not be renewed");
        proxy.pass();
        assertThat(source.next()).isGreaterThan(first);
      }
    }
  }

  @Test
  void aClosedSourceMakesNone() throws SQLException {
    Snowflake source = Snowflake.over(NodeLeases.in(database));
    source.close();
    source.close();
    assertThatThrownBy(source::next).isInstanceOf(IdsUnavailableException.class);
  }

  private ForkedJvm fork(Path file, String window, int count, int stop) throws IOException {
    return ForkedJvm.run(
        List.of(),
        System.getProperty("java.class.path"),
        List.of(),
        IdProgram.class,
        url,
        window,
        file.toString(),
        String.valueOf(count),
        String.valueOf(stop));
  }

  private static long[] read(List<Path> files) throws IOException {
    long[] ids = new long[IDS * 2];
    int read = 0;
    for (Path file : files) {
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        for (long rest = Files.size(file) / Long.BYTES; rest > 0; rest--) {
          ids[read++] = in.readLong();
        }
      }
    }
    return Arrays.copyOf(ids, read);
  }

  private static void assertAllDiffer(long[] ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new AssertionError(SnowflakeId.of(sorted[i]) + " was made twice");
      }
    }
  }

  /** Leases all nodes but the first ones for ever. */
  private void onlyNodes(int count) throws SQLException {
    run("UPDATE shardjdbc.id_node SET used_below = 9000000000000 WHERE node >= " + count);
  }

  private static boolean isFree(Connection connection, int node) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT used_below <= extract(epoch FROM clock_timestamp()) * 1000"
                    + " FROM shardjdbc.id_node WHERE node = "
                    + node)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private Instant now() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void signal(String name, String pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", name, pid).inheritIO().start().waitFor()).isZero();
  }
}
