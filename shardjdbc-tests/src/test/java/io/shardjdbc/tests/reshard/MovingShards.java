package io.shardjdbc.tests.reshard;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.PositionRange;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two shards with users and their posts; half of the first one's positions are to move. */
final class MovingShards implements AfterAllCallback, AutoCloseable {
  static final ShardId S0 = new ShardId("s0");
  static final ShardId S1 = new ShardId("s1");

  private static final String DEADLOCK = "40P01";

  /** Of the servers, if not the newest. */
  private static final String VERSION = System.getProperty("shardjdbc.reshard.version", "");

  /** The first shard has the positions below zero, the second one the others. */
  static final Positions OF_S0 = Positions.of(List.of(new PositionRange(Long.MIN_VALUE, -1)));

  /** The lower half of what the first shard has, in two pieces. */
  static final Positions MOVED =
      Positions.of(
          List.of(
              new PositionRange(Long.MIN_VALUE, -(1L << 62) - 1),
              new PositionRange(-(1L << 40), -(1L << 30))));

  static final Moving MOVING = new Moving("users", MOVED, S0, S1);

  private final Supplier<Cluster> cluster;
  private final Supplier<String> database;
  private final KeptSessions sessions = new KeptSessions();

  MovingShards(ClusterExtension cluster) {
    this.cluster = cluster::cluster;
    this.database = cluster::database;
  }

  /** The same on servers that a test has for itself. */
  MovingShards(Cluster cluster, String database) {
    this.cluster = () -> cluster;
    this.database = () -> database;
  }

  /** Servers that can replicate by rows. */
  static ClusterBuilder<?> servers() {
    ClusterBuilder<?> builder = PostgresCluster.builder().shards(3);
    return VERSION.isEmpty() ? builder : builder.version(PostgresVersion.valueOf("V" + VERSION));
  }

  /** Ends what a move that was not ended has left: nobody could drop the database otherwise. */
  void removeStreams() throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      for (String name :
          rows(
              shard,
              "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                  + " WHERE datname = current_database()")) {
        run(
            shard,
            "ALTER SUBSCRIPTION " + name + " DISABLE",
            "ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE)",
            "DROP SUBSCRIPTION " + name);
      }
    }
    String slots = " FROM pg_replication_slots WHERE database = current_database()";
    for (ShardId shard : List.of(S0, S1)) {
      Deadline.in(Duration.ofSeconds(30))
          .await(
              "slots are unused",
              () -> {
                run(
                    shard,
                    "SELECT pg_drop_replication_slot(slot_name)" + slots + " AND NOT active");
                return number(shard, "SELECT count(*)" + slots) == 0;
              });
    }
  }

  /** Empty tables, and no trace of earlier moves. */
  void createTables() throws SQLException {
    removeStreams();
    for (ShardId shard : List.of(S0, S1)) {
      drop(shard);
      run(
          shard,
          "CREATE TABLE users (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0, name text)",
          "CREATE TABLE posts (user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,"
              + " no bigint NOT NULL, body text, at timestamptz DEFAULT now(),"
              + " PRIMARY KEY (user_id, no))");
    }
  }

  /**
   * Whoever a test has left behind may still write; of a circle with it, this can be the victim.
   */
  private void drop(ShardId shard) throws SQLException {
    Deadline.in(Duration.ofSeconds(30))
        .await(
            "tables are dropped",
            () -> {
              try {
                run(
                    shard,
                    "DROP EVENT TRIGGER IF EXISTS shardjdbc_altered",
                    "DROP EVENT TRIGGER IF EXISTS shardjdbc_dropped",
                    "DROP TABLE IF EXISTS posts, users CASCADE",
                    "DROP SCHEMA IF EXISTS shardjdbc CASCADE",
                    "DO $$ DECLARE p text; BEGIN FOR p IN SELECT pubname FROM pg_publication LOOP"
                        + " EXECUTE 'DROP PUBLICATION ' || p; END LOOP; END $$");
                return true;
              } catch (SQLException e) {
                if (DEADLOCK.equals(e.getSQLState())) {
                  return false;
                }
                throw e;
              }
            });
  }

  /** Users of these numbers, each on its shard, with a post each. */
  void fill(int users) throws SQLException {
    for (ShardId shard : List.of(S0, S1)) {
      String own = positions(shard).condition("hashint8extended(g, 0)");
      run(
          shard,
          "INSERT INTO users (id, name) SELECT g, 'user ' || g FROM generate_series(1, "
              + users
              + ") g WHERE "
              + own,
          "INSERT INTO posts (user_id, no, body) SELECT id, 0, 'first' FROM users");
    }
  }

  static Positions positions(ShardId shard) {
    return shard.equals(S0) ? OF_S0 : Positions.ALL.minus(OF_S0);
  }

  static boolean moves(long user) {
    return MOVED.contains(position(user));
  }

  static long position(long user) {
    return KeyHash.postgres().of(Key.of(user));
  }

  MapDocument map() {
    Map<ShardId, Reach> shards = new LinkedHashMap<>();
    urls().forEach((shard, url) -> shards.put(shard, new Reach(url, List.of())));
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    owns.put(S0, positions(S0));
    owns.put(S1, positions(S1));
    Map<String, Placed> tables = new LinkedHashMap<>();
    tables.put("users", new Placed("users", "id", KeyType.INTEGER));
    tables.put("posts", new Placed("users", "user_id", KeyType.INTEGER));
    return new MapDocument(shards, tables, Map.of("users", Positioned.of(owns)));
  }

  Resharding mover() {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    urls().forEach((shard, url) -> servers.put(shard, ShardServers.of(url)));
    return Resharding.over(servers);
  }

  Map<ShardId, String> urls() {
    Map<ShardId, String> urls = new LinkedHashMap<>();
    for (ShardId shard : List.of(S0, S1)) {
      urls.put(shard, url(shard));
    }
    return urls;
  }

  private String url(ShardId shard) {
    return cluster.get().shard(shard.name()).primary().jdbcUrl(database.get());
  }

  /** All users' numbers; fails where one lies on two shards, or its posts do not fit. */
  Map<Long, Long> numbers() throws SQLException {
    Map<Long, Long> numbers = new HashMap<>();
    for (ShardId shard : List.of(S0, S1)) {
      for (String row :
          rows(
              shard,
              "SELECT id || ' ' || n || ' ' || (SELECT count(*) FROM posts WHERE user_id = id)"
                  + " FROM users")) {
        String[] fields = row.split(" ", -1);
        long number = Long.parseLong(fields[1]);
        if (numbers.put(Long.parseLong(fields[0]), number) != null
            || Long.parseLong(fields[2]) != number + 1) {
          throw new AssertionError("twice, or with posts of other writes: " + row);
        }
      }
    }
    return numbers;
  }

  /** A session that is the caller's own. */
  Connection connect(ShardId shard) throws SQLException {
    return cluster.get().shard(shard.name()).primary().connect(database.get());
  }

  void run(ShardId shard, String... statements) throws SQLException {
    sessions.run(url(shard), statements);
  }

  long number(ShardId shard, String sql) throws SQLException {
    return Long.parseLong(rows(shard, sql).get(0));
  }

  List<String> rows(ShardId shard, String sql) throws SQLException {
    return sessions.rows(url(shard), sql);
  }

  /** How many users lie on a shard that does not own them by the newest map. */
  long misplaced(ShardId shard, MapDocument map) throws SQLException {
    String own = map.placement("users").ownedBy(shard).condition("hashint8extended(id, 0)");
    return number(shard, "SELECT count(*) FROM users WHERE NOT (" + own + ")");
  }

  /** What moves leave behind on a shard, by name. */
  List<String> traces(ShardId shard) throws SQLException {
    List<String> traces = new ArrayList<>();
    traces.addAll(
        rows(
            shard,
            "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"));
    traces.addAll(rows(shard, "SELECT pubname FROM pg_publication"));
    traces.addAll(
        rows(
            shard,
            "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                + " WHERE datname = current_database()"));
    traces.addAll(rows(shard, "SELECT tgname FROM pg_trigger WHERE tgname LIKE '~shardjdbc%'"));
    traces.addAll(rows(shard, "SELECT evtname FROM pg_event_trigger"));
    traces.addAll(rows(shard, "SELECT roname FROM pg_replication_origin"));
    traces.addAll(rows(shard, "SELECT 'marker' FROM shardjdbc.marker"));
    traces.addAll(rows(shard, "SELECT 'copied' FROM shardjdbc.copied"));
    traces.addAll(rows(shard, "SELECT 'come' FROM shardjdbc.come"));
    traces.addAll(rows(shard, "SELECT 'swept' FROM shardjdbc.swept"));
    traces.addAll(
        rows(shard, "SELECT relname FROM pg_class WHERE starts_with(relname, '~shardjdbc')"));
    traces.addAll(
        rows(
            shard,
            "SELECT proname FROM pg_proc WHERE pronamespace = 'shardjdbc'::regnamespace"
                + " AND proname ~ '^m[0-9]'"));
    traces.addAll(
        rows(
            shard,
            "SELECT relname FROM pg_class WHERE relnamespace = 'shardjdbc'::regnamespace"
                + " AND relname ~ '^j[0-9]'"));
    traces.addAll(
        rows(
            shard,
            "SELECT proname FROM pg_proc WHERE pronamespace = 'shardjdbc'::regnamespace AND"
                + " prorettype = 'trigger'::regtype AND proname NOT IN ('keep', 'elsewhere')"));
    return traces;
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    close();
  }

  @Override
  public void close() throws SQLException {
    sessions.close();
  }
}
