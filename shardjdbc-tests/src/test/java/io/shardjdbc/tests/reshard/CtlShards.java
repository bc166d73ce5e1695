package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ctl.Shardctl;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Three shards, and the commands of whoever runs them, by a configuration that has some of them.
 */
final class CtlShards implements AfterEachCallback {

  static final List<String> ALL = List.of("s0", "s1", "s2");

  private final ClusterExtension cluster;
  private final Path directory;
  private String tables;
  private final KeptSessions sessions = new KeptSessions();

  CtlShards(ClusterExtension cluster, Path directory, String tables) {
    this.cluster = cluster;
    this.directory = directory;
    this.tables = tables;
  }

  /** From now on configurations have these tables. */
  void declare(String tables) {
    this.tables = tables;
  }

  /** Tables on all shards, and no trace of earlier moves. */
  void create(String... tables) throws SQLException {
    for (String shard : ALL) {
      run(shard, "DROP SCHEMA IF EXISTS shardjdbc CASCADE");
      for (String table : tables) {
        run(
            shard,
            "DROP TABLE IF EXISTS " + table.replaceFirst("[ (].*", "") + " CASCADE",
            "CREATE TABLE " + table);
      }
    }
  }

  /** The configuration of the first shards. */
  Path first(int shards) throws IOException {
    String yaml = cluster.shardsYaml();
    int end = shards == ALL.size() ? yaml.length() : yaml.indexOf("  s" + shards + ":");
    return Files.writeString(
        directory.resolve("shards" + shards + ".yaml"), yaml.substring(0, end) + tables);
  }

  /** What a command says that is done, and finds all well. */
  String done(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    int code = run(configuration, out, args);
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  /** What a command says that is refused, or finds something. */
  String fails(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    assertThat(run(configuration, out, args)).as(out.toString()).isEqualTo(1);
    return out.toString();
  }

  /** Begins a command that goes on by itself. */
  Running start(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    Thread thread = new Thread(() -> run(configuration, out, args), "shardctl");
    thread.start();
    return new Running(thread, out);
  }

  /** A command under way, which is interrupted at the end. */
  record Running(Thread thread, StringWriter out) implements AutoCloseable {

    void awaitSaid(String what) {
      Deadline.in(Duration.ofMinutes(5))
          .await(what, () -> !thread.isAlive() || out.toString().contains(what));
      assertThat(out.toString()).contains(what);
    }

    @Override
    public void close() {
      thread.interrupt();
      MapProcess.join(thread);
    }
  }

  private static int run(Path configuration, StringWriter out, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--config");
    all.add(configuration.toString());
    PrintWriter writer = new PrintWriter(out, true);
    return Shardctl.run(writer, writer, all.toArray(String[]::new));
  }

  /** Rows with these numbers, each on the shard that owns it by the map. */
  void fillUsers(int users) throws SQLException {
    for (String shard : ALL) {
      String document = rows("s0", "SELECT document FROM shardjdbc.map").get(0) + "\n";
      for (String line : document.split("\n", -1)) {
        String[] fields = line.split("\t", -1);
        if (fields[0].equals("owns") && fields[1].equals("users") && fields[2].equals(shard)) {
          run(
              shard,
              "INSERT INTO users SELECT g, 'user' FROM generate_series(1, %d) g WHERE '%s'::int8multirange @> hashint8extended(g, 0)"
                  .formatted(users, fields[3]));
        }
      }
    }
  }

  long count(String shard, String table) throws SQLException {
    return Long.parseLong(rows(shard, "SELECT count(*) FROM " + table).get(0));
  }

  void run(String shard, String... statements) throws SQLException {
    sessions.run(url(shard), statements);
  }

  List<String> rows(String shard, String sql) throws SQLException {
    return sessions.rows(url(shard), sql);
  }

  private String url(String shard) {
    return cluster.shard(shard).primary().jdbcUrl(cluster.database());
  }

  @Override
  public void afterEach(ExtensionContext context) throws SQLException {
    sessions.close();
  }
}
