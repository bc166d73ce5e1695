package io.shardjdbc.tests.program;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterShard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Collectors;

/** Both sides that programs run on: tables over three shards, and the same on one PostgreSQL. */
final class World implements AutoCloseable {

  static final List<String> SHARDS = List.of("s0", "s1", "s2");
  static final List<ShardId> SHARD_IDS = SHARDS.stream().map(ShardId::new).toList();
  static final List<String> TABLES =
      List.of(
          "acct",
          "item",
          "post",
          "own",
          "word",
          "tok",
          "country",
          "kind",
          "conf",
          "logs",
          "secret",
          "audited",
          "moves",
          "stamped",
          "noisy",
          "gen",
          "folder",
          "file",
          "mark",
          "event",
          "pair",
          "tiny",
          "code",
          "by_day",
          "by_number",
          "by_time");
  static final List<String> SEQUENCES =
      List.of(
          "ids",
          "steps",
          "item_item_id_seq",
          "post_id_seq",
          "own_id_seq",
          "kind_id_seq",
          "logs_id_seq");

  /** What all but the last of them stand at. */
  static final String SEQUENCE_STATES =
      SEQUENCES.subList(0, SEQUENCES.size() - 1).stream()
          .map(
              name ->
                  "(SELECT '%s ' || last_value || '/' || is_called || ', ' FROM public.%s)"
                      .formatted(name, name))
          .collect(Collectors.joining(" || ", "SELECT ", ""));

  /** Tables that live on one shard alone. */
  static final Map<String, String> LONE = Map.of("conf", "s1", "logs", "s2");

  /** A lock that another session holds is not waited for: steps run one after another. */
  private static final String OPTIONS = "&options=-c%20lock_timeout=40ms";

  /** As {@code limits.md} advises for a setting that many sessions set; others have no default. */
  private static final String TENANT = "ALTER DATABASE \"%s\" SET app.tenant = ''";

  private static final int SESSIONS = 4;

  private final String database;
  private final Variant variant;
  private final ShardDataSource over;
  private final String one;
  private final Connection single;
  private final Map<String, Connection> shards = new LinkedHashMap<>();
  private final RoutingConfiguration routing;
  private final Queue<Connection> spares = new ArrayDeque<>();
  private final KeptRows kept = new KeptRows();
  private int programs;

  /**
   * @param database to be found on each shard; that of the one PostgreSQL has a longer name
   */
  World(Cluster cluster, String database, Variant variant) throws SQLException {
    this.database = database;
    this.variant = variant;
    String copy = database + "_single";
    cluster.createDatabase(copy, variant.collation());
    RoutingConfiguration.Builder declared = RoutingConfiguration.builder();
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (ClusterShard shard : cluster.shards()) {
      String url = shard.primary().jdbcUrl(database) + OPTIONS;
      shards.put(shard.name(), DriverManager.getConnection(url));
      String options = OPTIONS + variant.options();
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(url + variant.options()),
              shard.replicas().stream()
                  .map(node -> NodeConfiguration.of(node.jdbcUrl(database) + options))
                  .toList()));
      if (!shard.replicas().isEmpty()) {
        // What is reset beside the library has to be on the replicas before a program begins.
        run(shards.get(shard.name()), "SET synchronous_commit = remote_apply");
      }
      declared.shards(shard.name());
    }
    declare(declared, variant);
    this.routing = declared.build();
    this.one = cluster.shards().get(0).primary().jdbcUrl(copy) + OPTIONS + variant.options();
    this.single =
        DriverManager.getConnection(cluster.shards().get(0).primary().jdbcUrl(copy) + OPTIONS);
    for (Connection server : servers().values()) {
      run(server, TENANT.formatted(server.getCatalog()));
    }
    create();
    this.over =
        builder
            .tables(tables -> declare(tables, variant))
            .transactions(TransactionMode.TWO_PHASE)
            .schema(SchemaMode.OFF)
            .pool(
                new PoolConfiguration(
                    SESSIONS + 2,
                    1,
                    Duration.ofSeconds(3),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5)))
            .build();
    fill();
  }

  private static final Map<String, List<String>> SHARDED = new LinkedHashMap<>();

  static {
    for (String table :
        List.of(
            "acct", "own", "secret", "audited", "moves", "stamped", "noisy", "gen", "folder",
            "mix")) {
      SHARDED.put(table, List.of("id"));
    }
    SHARDED.put("item", List.of("acct_id"));
    SHARDED.put("made", List.of("id"));
    for (String table : List.of("post", "event", "event_a", "event_b")) {
      SHARDED.put(table, List.of("user_id"));
    }
    SHARDED.put("file", List.of("folder_id"));
    SHARDED.put("mark", List.of("folder_id"));
    SHARDED.put("pair", List.of("a", "b"));
    SHARDED.put("word", List.of("k"));
    SHARDED.put("tiny", List.of("k"));
    SHARDED.put("code", List.of("k"));
    SHARDED.put("tok", List.of("u"));
    SHARDED.put("by_day", List.of("d"));
    SHARDED.put("by_number", List.of("n"));
    SHARDED.put("by_time", List.of("t"));
  }

  private static void declare(RoutingConfiguration.Builder tables, Variant variant) {
    SHARDED.forEach(
        (table, key) -> {
          Optional<Placement> own = variant.placement(table);
          if (own.isEmpty()) {
            tables.sharded(table, key.toArray(String[]::new));
          } else {
            List<KeyColumn> columns = key.stream().map(KeyColumn::of).toList();
            tables.table(
                new Table.Sharded(List.of(table), columns, own.get(), TablePolicy.allowAll()));
          }
        });
    for (String table : List.of("country", "kind", "made_ref")) {
      tables.reference(table);
    }
    LONE.forEach(tables::single);
    variant.declare(tables);
  }

  private void create() throws SQLException {
    for (Connection server : shards.values()) {
      for (String role : List.of("prog_a", "prog_b")) {
        run(
            server,
            "DO $$ BEGIN CREATE ROLE "
                + role
                + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
      }
      run(server, resource("schema.sql"));
    }
    for (String shard : SHARDS) {
      for (Map.Entry<String, String> table : LONE.entrySet()) {
        if (!table.getValue().equals(shard)) {
          run(shards.get(shard), "DROP TABLE " + table.getKey());
        }
      }
    }
    run(single, resource("schema.sql"));
  }

  private void fill() throws SQLException {
    for (String sql : resource("rows.sql").split(";\n")) {
      run(single, sql);
      try (Connection connection = over.getConnection()) {
        run(connection, sql);
      }
    }
    for (Map.Entry<String, Connection> server : servers().entrySet()) {
      KeptRows.keep(server.getKey(), server.getValue());
    }
  }

  /**
   * Gives both sides the tables and the rows that every program finds.
   *
   * @param defines whether the program makes tables, and finds none that another has made
   * @param tables what it may write to; what it leaves there is taken back before the next one
   */
  void reset(boolean defines, List<String> tables) throws SQLException {
    if (defines) {
      dropMade();
    }
    String reset = kept.reset(tables);
    boolean clean = ++programs % 200 == 0;
    for (Connection server : servers().values()) {
      run(server, reset);
      if (clean) {
        run(server, "VACUUM");
      }
    }
  }

  /**
   * Lets the sequences go on alike. Of a statement that failed, each side may have taken other
   * numbers.
   */
  void alignSequences() throws SQLException {
    StringBuilder states = new StringBuilder("SELECT ''");
    for (String sequence : SEQUENCES.subList(0, SEQUENCES.size() - 1)) {
      states.append(
          " || (SELECT format('SELECT setval(''public.%s'', %%s, %%L);', last_value, is_called) FROM public.%s)"
              .formatted(sequence, sequence));
    }
    try (Statement statement = single.createStatement();
        ResultSet rows = statement.executeQuery(states.toString())) {
      rows.next();
      String settings = rows.getString(1);
      for (Connection shard : shards.values()) {
        run(shard, settings);
      }
    } catch (SQLException e) {
      if (!"55P03".equals(e.getSQLState())) {
        throw e; // a session changes the sequence itself
      }
    }
  }

  private void dropMade() throws SQLException {
    try (Statement statement = single.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT coalesce(to_regclass('made'), to_regclass('made_ref'))")) {
      found.next();
      if (found.getString(1) != null) {
        String sql = "DROP TABLE IF EXISTS made, made_ref";
        run(single, sql);
        try (Connection connection = over.getConnection()) {
          run(connection, sql);
        }
      }
    }
  }

  Connection over(TransactionMode mode) throws SQLException {
    Connection connection = over.getConnection();
    connection.unwrap(io.shardjdbc.ShardConnection.class).setTransactionMode(mode);
    return connection;
  }

  /** A fresh session of the one PostgreSQL. */
  Connection one() throws SQLException {
    Connection spare = spares.poll();
    return spare == null ? DriverManager.getConnection(one) : spare;
  }

  /**
   * Takes a session of the one PostgreSQL back.
   *
   * @param traced whether it keeps what no command takes back
   */
  void giveBack(Connection connection, boolean traced) throws SQLException {
    if (traced) {
      connection.close();
      return;
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    run(connection, "ROLLBACK"); // of one that was begun by a text
    connection.setReadOnly(false);
    run(connection, "DISCARD ALL");
    spares.add(connection);
  }

  Variant variant() {
    return variant;
  }

  String database() {
    return database;
  }

  Connection single() {
    return single;
  }

  Connection shard(String name) {
    return Objects.requireNonNull(shards.get(name));
  }

  Map<String, Connection> shards() {
    return shards;
  }

  RoutingConfiguration routing() {
    return routing;
  }

  /** All servers, to look at past the library. */
  Map<String, Connection> servers() {
    Map<String, Connection> all = new LinkedHashMap<>(shards);
    all.put("one", single);
    return all;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String resource(String name) {
    try (InputStream file =
        Objects.requireNonNull(World.class.getResourceAsStream("/programs/" + name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection spare : spares) {
      spare.close();
    }
    over.close();
    for (Connection server : servers().values()) {
      server.close();
    }
  }
}
