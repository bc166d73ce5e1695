package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A process goes by the map that its shards' databases keep, and by nothing where they keep none.
 */
class StoredMapTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final UUID MAP = new UUID(7, 7);

  /** Sessions that say whose they are, and those that do not. */
  private static final String UNMARKED =
      "SELECT count(*) FROM pg_stat_activity a WHERE datname = current_database() AND "
          + KeptSessions.OTHERS
          + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
          + " AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid"
          + " AND locktype = 'advisory' AND classid::bigint = "
          + ControlSchema.PROCESS_LOCKS
          + ")";

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private ShardDataSource dataSource;

  @BeforeEach
  void createTables() throws SQLException {
    shards.createTables();
  }

  @AfterEach
  void close() {
    if (dataSource != null) {
      dataSource.close();
    }
  }

  private ShardDataSource open() throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.sharded("users", "id").sharded("posts", "user_id"));
    for (ShardId shard : List.of(S0, S1)) {
      builder.shard(shard.name(), CLUSTER.primaryUrls().get(shard.name()));
    }
    dataSource = builder.build();
    return dataSource;
  }

  private static void execute(ShardDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> rows(ShardDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return rows(connection, sql);
    }
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  /** All positions on one shard. */
  private MapDocument allOn(ShardId owner) {
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    owns.put(owner, Positions.ALL);
    return shards.map().with("users", Positioned.of(owns));
  }

  private void put(ShardId shard, long epoch, MapDocument document) throws SQLException {
    try (Connection connection = shards.connect(shard)) {
      ControlSchema.install(connection);
      try (PreparedStatement put =
          connection.prepareStatement(
              "INSERT INTO shardjdbc.map (map_id, epoch, document) VALUES (?, ?, ?)"
                  + " ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch,"
                  + " document = excluded.document")) {
        put.setObject(1, MAP);
        put.setLong(2, epoch);
        put.setString(3, document.toString());
        put.executeUpdate();
      }
    }
  }

  private void putEverywhere(long epoch, MapDocument document) throws SQLException {
    put(S0, epoch, document);
    put(S1, epoch, document);
  }

  private List<String> acknowledged(ShardId shard) throws SQLException {
    return shards.rows(shard, "SELECT installed || '/' || quiesced FROM shardjdbc.process");
  }

  private void await(String what, ShardId shard, String acknowledged) throws SQLException {
    Deadline.in(PATIENCE).await(what, () -> acknowledged(shard).equals(List.of(acknowledged)));
  }

  @Test
  void withoutAMapNothingIsThereAndNothingIsAsked() throws SQLException {
    execute(open(), "INSERT INTO users (id) VALUES (1)");
    assertThat(RunningMap.of(dataSource).epoch().number()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("shardjdbc-map"));
    for (ShardId shard : List.of(S0, S1)) {
      assertThat(
              shards.number(shard, "SELECT count(*) FROM pg_namespace WHERE nspname = 'shardjdbc'"))
          .isZero();
      assertThat(
              shards.number(
                  shard,
                  "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                      + " AND query LIKE '%shardjdbc.map;%'"))
          .isZero();
    }
  }

  @Test
  void aProcessGoesByTheNewestMapThatAShardHas() throws SQLException {
    put(S0, 3, allOn(S0));
    put(S1, 4, allOn(S1));
    shards.run(S1, "INSERT INTO users (id, name) SELECT g, 'there' FROM generate_series(1, 50) g");
    open();
    for (long id = 1; id <= 50; id++) {
      assertThat(rows(dataSource, "SELECT name FROM users WHERE id = " + id))
          .containsExactly("there");
    }
    assertThat(rows(dataSource, "SELECT count(*) FROM users")).containsExactly("50");
    await("acknowledged", S0, "4/4");
    await("acknowledged", S1, "4/4");
    for (ShardId shard : List.of(S0, S1)) {
      Deadline.in(PATIENCE)
          .await("all sessions say whose they are", () -> shards.number(shard, UNMARKED) == 0);
    }
    dataSource.close();
    assertThat(acknowledged(S0)).isEmpty();
  }

  @Test
  void anotherEpochReachesARunningProcessWhichSaysWhenNothingGoesByTheOldOne() throws SQLException {
    putEverywhere(1, allOn(S0));
    open();
    execute(dataSource, "INSERT INTO users (id, name) VALUES (1, 'first')");
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      assertThat(rows(connection, "SELECT name FROM users WHERE id = 1")).containsExactly("first");
      shards.run(S1, "INSERT INTO users (id, name) VALUES (1, 'second')");
      putEverywhere(2, allOn(S1));
      await("installed, and in use still", S1, "2/1");
      assertThat(rows(dataSource, "SELECT name FROM users WHERE id = 1")).containsExactly("second");
      assertThat(rows(connection, "SELECT name FROM users WHERE id = 1")).containsExactly("first");
      connection.commit();
    }
    await("quiesced", S0, "2/2");
  }

  @LongRun
  @Test
  void aShardThatTheConfigurationDoesNotHaveIsReachedByTheMap() throws SQLException {
    putEverywhere(1, allOn(S0));
    dataSource =
        ShardDataSource.builder()
            .shard(S0.name(), CLUSTER.primaryUrls().get(S0.name()))
            .tables(t -> t.sharded("users", "id").sharded("posts", "user_id"))
            .build();
    execute(dataSource, "INSERT INTO users (id, name) VALUES (1, 'first')");
    putEverywhere(2, allOn(S1));
    await("installed", S0, "2/2");
    assertThat(dataSource.shards()).containsExactly(S0, S1);
    execute(dataSource, "INSERT INTO users (id, name) VALUES (1, 'second')");
    assertThat(shards.rows(S1, "SELECT name FROM users")).containsExactly("second");
    assertThat(rows(dataSource, "SELECT name FROM users")).containsExactly("second");
    await("enrolled there, too", S1, "2/2");
  }

  @LongRun
  @Test
  void aMapThatComesWhileAProcessRunsIsFollowed() throws SQLException {
    open();
    rows(dataSource, "SELECT count(*) FROM users");
    putEverywhere(1, allOn(S1));
    Deadline.in(PATIENCE)
        .await(
            "the map is known",
            () -> {
              rows(dataSource, "SELECT count(*) FROM users WHERE id = 1");
              return RunningMap.of(dataSource).epoch().number() == 1;
            });
    await("acknowledged", S0, "1/1");
    for (ShardId shard : List.of(S0, S1)) {
      Deadline.in(PATIENCE)
          .await("all sessions say whose they are", () -> shards.number(shard, UNMARKED) == 0);
    }
  }

  @Test
  void aConfigurationThatTheMapContradictsIsRefused() throws SQLException {
    putEverywhere(1, allOn(S0));
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().tables(t -> t.sharded("users", "id").sharded("posts", "no"));
    for (ShardId shard : List.of(S0, S1)) {
      builder.shard(shard.name(), CLUSTER.primaryUrls().get(shard.name()));
    }
    dataSource = builder.build();
    assertThatThrownBy(() -> rows(dataSource, "SELECT count(*) FROM users"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("SJ0230")
        .hasMessageContaining("posts");
  }

  @Test
  void aWriteThatItsOldOwnerRefusesIsRunByTheNextMap() throws SQLException {
    putEverywhere(1, allOn(S0));
    open();
    rows(dataSource, "SELECT count(*) FROM users");
    await("acknowledged", S0, "1/1");
    try (Connection open = dataSource.getConnection();
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      open.setAutoCommit(false);
      rows(open, "SELECT count(*) FROM users WHERE id = 1");
      shards.run(
          S0,
          "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
              + " EXCEPTION 'range of move 1 is gone here' USING ERRCODE = 'SJ701'; END $$",
          "CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON users FOR EACH ROW"
              + " EXECUTE FUNCTION refuse()");
      Thread flip =
          new Thread(
              () -> {
                try {
                  Deadline.in(PATIENCE)
                      .await(
                          "the write is refused",
                          () ->
                              shards.number(
                                      S0,
                                      "SELECT xact_rollback FROM pg_stat_database"
                                          + " WHERE datname = current_database()")
                                  > 0);
                  putEverywhere(2, allOn(S1));
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      flip.start();
      assertThat(statement.executeUpdate("INSERT INTO users (id) VALUES (2)")).isEqualTo(1);
      flip.join();
      assertThat(shards.rows(S1, "SELECT id FROM users")).containsExactly("2");

      connection.setAutoCommit(false);
      statement.executeUpdate("INSERT INTO users (id) VALUES (3)");
      connection.commit();
      assertThat(shards.number(S1, "SELECT count(*) FROM users")).isEqualTo(2);

      assertThatThrownBy(
              () -> open.createStatement().executeUpdate("INSERT INTO users (id) VALUES (4)"))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("40001"))
          .hasMessageContaining("SJ0231");
      open.rollback();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @LongRun
  @Test
  void theFirstStatementOfATransactionBeginsAnew() throws Exception {
    putEverywhere(1, allOn(S0));
    open();
    rows(dataSource, "SELECT count(*) FROM users");
    await("acknowledged", S0, "1/1");
    shards.run(
        S0,
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE EXCEPTION 'range of move 1 is gone here' USING ERRCODE = 'SJ701'; END $$",
        "CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON users FOR EACH ROW"
            + " EXECUTE FUNCTION refuse()");
    Thread flip =
        new Thread(
            () -> {
              try {
                putEverywhere(2, allOn(S1));
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      flip.start();
      assertThat(statement.executeUpdate("INSERT INTO users (id) VALUES (5)")).isEqualTo(1);
      connection.commit();
      flip.join();
    }
    assertThat(shards.rows(S1, "SELECT id FROM users")).containsExactly("5");
  }

  @LongRun
  @Test
  void whatGuardsRowsThatMoveIsNotLookedInto() throws SQLException {
    putEverywhere(1, allOn(S0));
    shards.run(
        S0,
        "CREATE FUNCTION shardjdbc.m9_1() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " EXECUTE 'SELECT count(*) FROM users'; RETURN new; END $$",
        "CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON users FOR EACH ROW"
            + " EXECUTE FUNCTION shardjdbc.m9_1()");
    execute(open(), "INSERT INTO users (id) VALUES (7)");
    assertThat(shards.rows(S0, "SELECT id FROM users")).containsExactly("7");
  }

  @Test
  void whatIsHeldWaitsForTheNextEpoch() throws Exception {
    Map<ShardId, Positions> owns = new LinkedHashMap<>();
    owns.put(S0, Positions.ALL);
    MapDocument held =
        shards
            .map()
            .with("users", new Positioned(owns, Map.of(), Map.of(S0, Positions.ALL), List.of()));
    putEverywhere(1, held);
    open();
    Thread flip =
        new Thread(
            () -> {
              try {
                await("acknowledged", S0, "1/1");
                putEverywhere(2, allOn(S1));
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    flip.start();
    execute(dataSource, "INSERT INTO users (id) VALUES (6)");
    flip.join();
    assertThat(shards.rows(S1, "SELECT id FROM users")).containsExactly("6");
  }
}
