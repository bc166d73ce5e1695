package io.shardjdbc.tests.reshard;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ctl.Shardctl;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One run: a shard more, and the same shard less, under blows. */
final class GrowAndShrink implements AutoCloseable {
  private static final int USERS = 240;
  private static final boolean SHOW = Boolean.getBoolean("shardjdbc.reshard.show");
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration BLOW = Duration.ofSeconds(2);
  private static final int MOST_TRIES = 8;

  /** What a mover says, from the first step to the last; one of these is the moment of a blow. */
  private static final List<String> MOMENTS =
      List.of(
          "guards on",
          "acknowledged",
          "slot",
          "subscription",
          "copied",
          "rows are equal",
          "rehearsed",
          "closed",
          "locked",
          "the target has everything",
          "owns the rows",
          "map",
          "forward stream ended",
          "way back",
          "way back closed",
          "deleted on",
          "guards away");

  /** What happens to whom. */
  private enum Blow {
    KILL_MOVER,
    STOP_MOVER,
    KILL_PROCESS,
    STOP_PROCESS,
    KILL_SERVER,
    FREEZE_SERVER
  }

  private final PostgresCluster cluster;
  private final int shards;
  private final int processes;
  private final Random random;
  private final long seed;
  private final Path before;
  private final Path after;
  private final Path history;
  private final List<WatchedJvm> users = new ArrayList<>();
  private final List<WatchedJvm> movers = new ArrayList<>();
  private final List<WatchedJvm> stopped = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private int blows;

  GrowAndShrink(
      PostgresCluster cluster, Path directory, int shards, int processes, Random random, long seed)
      throws IOException {
    this.cluster = cluster;
    this.shards = shards;
    this.processes = processes;
    this.random = random;
    this.seed = seed;
    this.history = directory.resolve("history" + seed);
    String all = cluster.shardsYaml("app");
    String rest =
        """
        tables:
          users: {key: id}
          posts: {key: user_id}
        transactions: {mode: two-phase, recoveryInterval: 1s, orphanAge: 2s}
        """;
    this.after = Files.writeString(directory.resolve("after.yaml"), all + rest);
    this.before =
        Files.writeString(
            directory.resolve("before.yaml"),
            all.substring(0, all.indexOf("  s" + shards + ":")) + rest);
  }

  /** What was wrong. */
  List<String> run() throws Exception {
    create();
    try {
      for (int i = 0; i < processes; i++) {
        users.add(process(i));
      }
      complete("add", "has its part");
      complete("remove", "has left the map");
      stop();
      check();
    } catch (IllegalStateException e) {
      List<WatchedJvm> all = new ArrayList<>(users);
      all.addAll(movers);
      wrong.add(e.getMessage() + "; " + WhoWaits.now(cluster, shards + 1, all));
    }
    return wrong;
  }

  private void create() throws SQLException, IOException {
    for (int shard = 0; shard <= shards; shard++) {
      run(shard, UserTables.CREATE);
    }
    SharedHistory.in(history, USERS);
    shardctl(before, "init");
    UserTables.fill(before, USERS);
  }

  private WatchedJvm process(int number) throws IOException {
    WatchedJvm process =
        new WatchedJvm(
            UserProgram.class,
            before.toString(),
            history.toString(),
            String.valueOf(number),
            String.valueOf(processes),
            String.valueOf(USERS));
    process.await("a process is ready", SOON, "ready"::equals);
    return process;
  }

  /** Lets one mover after the other do it, until one says that it is done. */
  private void complete(String command, String done) throws Exception {
    boolean struck = false;
    WatchedJvm mover = null;
    for (int i = 0; i < MOST_TRIES; i++) {
      mover =
          new WatchedJvm(Shardctl.class, command, "s" + shards, "--take-over", "-c", after + "");
      movers.add(mover);
      if (!struck) {
        String moment = MOMENTS.get((int) ((seed + blows * 5L) % MOMENTS.size()));
        int more = random.nextInt(3);
        long from = random.nextInt(2);
        WatchedJvm struckOne = mover;
        struckOne.awaitWhileItTells(
            "a mover comes to " + moment, SOON, () -> struckOne.isAt(moment, from, more));
        struck = !mover.hasEnded();
        if (struck) {
          strike(Blow.values()[(int) ((seed + blows++) % Blow.values().length)], mover, moment);
        }
      }
      if (stopped.contains(mover)) {
        continue;
      }
      mover.awaitWhileItTells("a mover ends", SOON, mover::hasEnded);
      letGoOn();
      if (mover.says(line -> line.contains(done))) {
        mover.close();
        tell(command + " is done");
        return;
      }
      tell(command + " ended with " + last(mover.lines()));
      mover.close();
    }
    wrong.add(command + " does not come to its end: " + (mover == null ? "" : mover.lines()));
  }

  @SuppressWarnings("SystemOut")
  private void tell(String what) {
    story.add(what);
    if (SHOW) {
      System.out.println(Instant.now() + " " + what);
    }
  }

  private static String last(List<String> lines) {
    return lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
  }

  private void strike(Blow blow, WatchedJvm mover, String moment) throws Exception {
    int victim = random.nextInt(users.size());
    ClusterNode server = cluster.shard("s" + random.nextInt(shards + 1)).primary();
    tell(blow + " at " + moment + " (" + server.name() + ", process " + victim + ")");
    switch (blow) {
      case KILL_MOVER -> mover.kill();
      case STOP_MOVER -> {
        mover.signal("STOP");
        stopped.add(mover);
      }
      case KILL_PROCESS -> {
        keepFaults(users.get(victim));
        users.get(victim).kill();
        users.get(victim).close();
        users.set(victim, process(victim));
      }
      case STOP_PROCESS -> {
        users.get(victim).signal("STOP");
        pass(BLOW);
        users.get(victim).signal("CONT");
      }
      case KILL_SERVER -> {
        server.kill();
        server.start();
      }
      case FREEZE_SERVER -> {
        server.freeze();
        pass(BLOW);
        server.thaw();
      }
    }
  }

  /** The time that the blow itself takes. */
  private static void pass(Duration time) {
    Deadline past = Deadline.in(time);
    Deadline.in(SOON).await("it has passed", past::hasPassed);
  }

  /** Those who were stopped wake up when others have done their work. */
  private void letGoOn() throws Exception {
    for (WatchedJvm mover : stopped) {
      mover.signal("CONT");
      mover.awaitWhileItTells("who was stopped ends", SOON, mover::hasEnded);
      mover.close();
    }
    stopped.clear();
  }

  private void stop() throws IOException {
    for (WatchedJvm process : users) {
      process.writeLine("stop");
    }
    for (WatchedJvm process : users) {
      process.await("a process ends", SOON, "over"::equals);
      keepFaults(process);
      process.lines().stream().filter(line -> line.startsWith("counts")).forEach(this::tell);
      if (!process.says("over"::equals)) {
        wrong.add("a process has ended by itself: " + process.lines());
      }
    }
  }

  private void keepFaults(WatchedJvm process) {
    process.lines().stream().filter(line -> line.startsWith("fault")).forEach(wrong::add);
  }

  private void check() throws SQLException, IOException {
    try (ShardDataSource rest = ShardDataSource.open(before)) {
      Deadline.in(SOON)
          .await(
              "nothing is prepared any more",
              () -> {
                rest.transactions().recover();
                return all("SELECT gid FROM pg_prepared_xacts").isEmpty();
              });
      String open = "SELECT id FROM shardjdbc.saga WHERE status IN ('running', 'compensating')";
      wrong.addAll(SagaTransfers.end(rest, SOON, () -> all(open).isEmpty()));
    }
    String status = shardctl(after, "status");
    if (!status.endsWith("whole\n")) {
      wrong.add(status);
    }
    if (!shardctl(after, "audit").contains("each row is where it belongs")) {
      wrong.add(shardctl(after, "audit"));
    }
    rows();
    wrong.addAll(all("SELECT 'slot ' || slot_name FROM pg_replication_slots"));
    wrong.addAll(all("SELECT 'publication ' || pubname FROM pg_publication"));
    wrong.addAll(all("SELECT 'subscription ' || subname FROM pg_subscription"));
    wrong.addAll(
        all("SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE '~shardjdbc%'"));
    wrong.addAll(all("SELECT 'origin ' || roname FROM pg_replication_origin"));
  }

  private void rows() throws SQLException, IOException {
    SharedHistory told = SharedHistory.in(history, USERS);
    List<String> rows =
        all(
            "SELECT id || ' ' || n || ' ' || (SELECT count(*) FROM posts WHERE user_id = id)"
                + " || ' ' || balance FROM users");
    long[] seen = new long[USERS + 1];
    long balance = 0;
    for (String row : rows) {
      String[] fields = row.split(" ", -1);
      int user = Integer.parseInt(fields[0]);
      long number = Long.parseLong(fields[1]);
      seen[user]++;
      balance += Long.parseLong(fields[3]);
      if (number < told.acknowledged(user) || number > told.possible(user)) {
        wrong.add(
            "user %d has %d, not %d to %d"
                .formatted(user, number, told.acknowledged(user), told.possible(user)));
      }
      if (Long.parseLong(fields[2]) != number + 1) {
        wrong.add("posts do not fit: " + row);
      }
    }
    for (int user = 1; user <= USERS; user++) {
      if (seen[user] != 1) {
        wrong.add("user " + user + " is there " + seen[user] + " times");
      }
    }
    if (balance != 0) {
      wrong.add("the sum of all balances is " + balance);
    }
    if (!all(shards, "SELECT 'user ' || id FROM users").isEmpty()) {
      wrong.add("the shard that has left has users");
    }
  }

  private static String shardctl(Path configuration, String... args) {
    StringWriter out = new StringWriter();
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-c", configuration.toString()));
    PrintWriter writer = new PrintWriter(out, true);
    Shardctl.run(writer, writer, all.toArray(String[]::new));
    return out.toString();
  }

  private void run(int shard, String... statements) throws SQLException {
    try (Connection connection = cluster.shard("s" + shard).primary().connect("app");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private List<String> all(String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    for (int shard = 0; shard <= shards; shard++) {
      all.addAll(all(shard, sql));
    }
    return all;
  }

  private List<String> all(int shard, String sql) throws SQLException {
    try (Connection connection = cluster.shard("s" + shard).primary().connect("app");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  @Override
  public void close() {
    users.forEach(WatchedJvm::close);
    movers.forEach(WatchedJvm::close);
  }

  @Override
  public String toString() {
    return String.join("; ", story);
  }
}
