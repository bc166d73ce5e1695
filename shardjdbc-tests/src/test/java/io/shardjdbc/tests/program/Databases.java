package io.shardjdbc.tests.program;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.twin.StoredRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The databases of both sides, seen past the library: one on each shard, and the one PostgreSQL.
 * Not thread-safe.
 */
final class Databases implements AutoCloseable {

  /** A lock that another session holds is not waited for: steps run one after another. */
  static final String OPTIONS = "&options=-c%20lock_timeout=40ms";

  /** As {@code limits.md} advises for a setting that many sessions set; others have no default. */
  private static final String TENANT = "ALTER DATABASE \"%s\" SET app.tenant = ''";

  private static final String ONE = "one";

  /** What looks through all tables runs until there are too many dead rows. */
  private static final int PROGRAMS_TO_CLEAN_AFTER = 200;

  /** All but the last one count on the first shard, as each has one home. */
  private static final List<String> AT_HOME =
      Tables.SEQUENCES.subList(0, Tables.SEQUENCES.size() - 1);

  private final Cluster cluster;
  private final String name;
  private final Connection single;
  private final Map<String, Connection> shards = new LinkedHashMap<>();
  private final Map<String, KeptRows> kept = new LinkedHashMap<>();
  private final StoredRows stored;
  private final StoredRows made;
  private final PreparedStatement states;
  private final PreparedStatement settings;
  private boolean changed;
  private int programs;

  /**
   * Makes them, without rows.
   *
   * @param name of the database on each shard; that of the one PostgreSQL has a longer name
   */
  Databases(Cluster cluster, String name, Variant variant) throws SQLException {
    this.cluster = cluster;
    this.name = name;
    cluster.createDatabase(name, variant.collation());
    cluster.createDatabase(copy(), variant.collation());
    RoutingConfiguration.Builder declared = RoutingConfiguration.builder();
    for (ClusterShard shard : cluster.shards()) {
      shards.put(
          shard.name(), DriverManager.getConnection(shard.primary().jdbcUrl(name) + OPTIONS));
      if (!shard.replicas().isEmpty()) {
        // What is reset beside the library has to be on the replicas before a program begins.
        run(shards.get(shard.name()), "SET synchronous_commit = remote_apply");
      }
      declared.shards(shard.name());
    }
    this.single = DriverManager.getConnection(url());
    Tables.declare(declared, variant);
    RoutingConfiguration routing = declared.build();
    this.stored = new StoredRows(single, shards, routing, Tables.ALL);
    this.made = new StoredRows(single, shards, routing, Tables.MADE);
    create();
    this.states =
        single.prepareStatement(
            AT_HOME.stream()
                .map("(SELECT last_value FROM %1$s), (SELECT is_called FROM %1$s)"::formatted)
                .collect(Collectors.joining(", ", "SELECT ", "")));
    this.settings =
        Objects.requireNonNull(shards.get(cluster.shards().get(0).name()))
            .prepareStatement(
                AT_HOME.stream()
                    .map("setval('%s', ?, ?)"::formatted)
                    .collect(Collectors.joining(", ", "SELECT ", "")));
  }

  private String copy() {
    return name + "_single";
  }

  private void create() throws SQLException {
    for (Connection server : servers().values()) {
      run(server, TENANT.formatted(server.getCatalog()));
    }
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
    for (Map.Entry<String, String> table : Tables.LONE.entrySet()) {
      for (Map.Entry<String, Connection> shard : shards.entrySet()) {
        if (!table.getValue().equals(shard.getKey())) {
          run(shard.getValue(), "DROP TABLE " + table.getKey());
        }
      }
    }
    run(single, resource("schema.sql"));
  }

  /**
   * Puts rows in, and keeps them.
   *
   * @param over a session over the shards
   */
  void fill(Connection over) throws SQLException {
    for (String sql : resource("rows.sql").strip().split(";\n", -1)) {
      run(single, sql);
      run(over, sql);
    }
    for (Map.Entry<String, Connection> server : servers().entrySet()) {
      kept.put(server.getKey(), new KeptRows(server.getKey(), server.getValue()));
    }
  }

  /** The name of the database on the shards. */
  String name() {
    return name;
  }

  /** Where a session of the one PostgreSQL begins. */
  String url() {
    return cluster.shards().get(0).primary().jdbcUrl(copy()) + OPTIONS;
  }

  Connection single() {
    return single;
  }

  Map<String, Connection> shards() {
    return shards;
  }

  private Map<String, Connection> servers() {
    Map<String, Connection> all = new LinkedHashMap<>(shards);
    all.put(ONE, single);
    return all;
  }

  /** Tells it that a program begins, which may change anything. */
  void begin() throws SQLException {
    if (changed) {
      left(); // it ended before its end
    }
    changed = true;
    if (++programs % PROGRAMS_TO_CLEAN_AFTER == 0) {
      for (Connection server : servers().values()) {
        run(server, "VACUUM");
      }
    }
  }

  private Map<String, KeptRows.Left> left() throws SQLException {
    Map<String, KeptRows.Left> left = new LinkedHashMap<>();
    for (Map.Entry<String, KeptRows> server : kept.entrySet()) {
      left.put(server.getKey(), server.getValue().takeBack());
    }
    return left;
  }

  /**
   * Takes back what a program has left, once its sessions are closed.
   *
   * @param defines whether it may have made tables
   * @return where the sides differed, if anywhere
   */
  Optional<String> takeBack(boolean defines) throws SQLException {
    Map<String, KeptRows.Left> left = left();
    changed = false;
    Set<String> tables = new TreeSet<>();
    left.values().forEach(server -> tables.addAll(server.rows().keySet()));
    Map<String, Map<String, List<StoredRows.Row>>> rows = new LinkedHashMap<>();
    left.forEach((server, of) -> rows.put(server, of(server, of, tables)));
    Map<String, List<StoredRows.Row>> expected = Objects.requireNonNull(rows.remove(ONE));
    Optional<String> difference = stored.difference(tables, expected, rows);
    if (difference.isEmpty() && defines) {
      difference = made.difference();
    }
    return difference.or(() -> sequences(left));
  }

  private Map<String, List<StoredRows.Row>> of(
      String server, KeptRows.Left left, Set<String> tables) {
    KeptRows rows = Objects.requireNonNull(kept.get(server));
    return tables.stream()
        .collect(
            Collectors.toMap(
                table -> table, table -> left.rows().getOrDefault(table, rows.of(table))));
  }

  private static Optional<String> sequences(Map<String, KeptRows.Left> left) {
    for (String wanted : Objects.requireNonNull(left.get(ONE)).sequences()) {
      String home = wanted.startsWith("logs") ? "s2" : "s0";
      List<String> there = Objects.requireNonNull(left.get(home)).sequences();
      if (!there.contains(wanted)) {
        return Optional.of("sequence " + wanted + " on one PostgreSQL, over shards " + there);
      }
    }
    return Optional.empty();
  }

  /**
   * Lets the sequences go on alike. Of a statement that failed, each side may have taken other
   * numbers.
   */
  void alignSequences() throws SQLException {
    try (ResultSet row = states.executeQuery()) {
      row.next();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        settings.setObject(i, row.getObject(i));
      }
      settings.executeQuery().close();
    } catch (SQLException e) {
      if (!Waits.STATE.equals(e.getSQLState())) {
        throw e; // a session changes the sequence itself
      }
    }
  }

  /**
   * Drops what a program has made.
   *
   * @param over a session over the shards
   */
  void dropMade(Connection over) throws SQLException {
    String sql = "DROP TABLE IF EXISTS " + String.join(", ", Tables.MADE);
    run(single, sql);
    run(over, sql);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String resource(String name) {
    try (InputStream file =
        Objects.requireNonNull(Databases.class.getResourceAsStream("/programs/" + name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection server : servers().values()) {
      server.close();
    }
    cluster.dropDatabase(name);
    cluster.dropDatabase(copy());
  }
}
