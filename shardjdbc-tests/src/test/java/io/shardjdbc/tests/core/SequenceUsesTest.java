package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardCopy;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.IdSettings;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Generated keys, batches, transactions and threads over tables that count by a sequence. */
class SequenceUsesTest {

  private static final int THREADS = 12;

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    ShardDataSourceBuilder builder =
        ShardDataSource.builder().transactions(TransactionMode.TWO_PHASE);
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                tables ->
                    tables
                        .sharded("mposts", "user_id")
                        .sharded("owners", "id")
                        .sharded("fresh", "user_id")
                        .reference("kinds"))
            .build();
    run(
        "CREATE TABLE mposts (id bigserial, user_id bigint NOT NULL, body text,"
            + " PRIMARY KEY (user_id, id))");
    run("CREATE TABLE owners (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)");
    run("CREATE TABLE kinds (id serial PRIMARY KEY, name text)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @AfterEach
  void empty() throws SQLException {
    plain.everywhere("TRUNCATE mposts, owners, kinds RESTART IDENTITY");
    run("DROP TABLE IF EXISTS fresh");
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<Long> longs(ResultSet rows) throws SQLException {
    List<Long> all = new ArrayList<>();
    while (rows.next()) {
      all.add(rows.getLong(1));
    }
    return all;
  }

  private static List<Long> query(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return longs(statement.executeQuery(sql));
    }
  }

  @Test
  void generatedKeysAreTheNumbersThatWereTaken() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      String sql = "INSERT INTO owners (name) VALUES (?)";
      List<Long> keys = new ArrayList<>();
      try (PreparedStatement all =
              connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
          PreparedStatement named = connection.prepareStatement(sql, new String[] {"id"});
          PreparedStatement placed = connection.prepareStatement(sql, new int[] {1})) {
        for (PreparedStatement each : List.of(all, named, placed)) {
          each.setString(1, "x");
          assertThat(each.executeUpdate()).isEqualTo(1);
          keys.addAll(longs(each.getGeneratedKeys()));
        }
      }
      try (Statement plain = connection.createStatement()) {
        plain.executeUpdate(
            "INSERT INTO owners (name) VALUES ('a'), ('b')", Statement.RETURN_GENERATED_KEYS);
        keys.addAll(longs(plain.getGeneratedKeys()));
        plain.execute("INSERT INTO owners (name) VALUES ('c')", new String[] {"id"});
        keys.addAll(longs(plain.getGeneratedKeys()));
      }
      assertThat(keys).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }
    assertThat(query("SELECT id FROM owners ORDER BY id")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void aBatchIsNumberedInItsOrder() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement batch =
            connection.prepareStatement(
                "INSERT INTO mposts (user_id, body) VALUES (?, ?)", new String[] {"id"});
        Statement plain = connection.createStatement()) {
      for (int i = 0; i < 20; i++) {
        batch.setLong(1, i % 7);
        batch.setString(2, "b" + i);
        batch.addBatch();
      }
      assertThat(batch.executeBatch()).hasSize(20).containsOnly(1);
      assertThat(longs(batch.getGeneratedKeys())).isSorted().hasSize(20).contains(1L, 20L);
      plain.addBatch("INSERT INTO mposts (user_id) VALUES (1)");
      plain.addBatch("INSERT INTO mposts (user_id) VALUES (2), (3)");
      plain.addBatch("UPDATE mposts SET body = 'u' WHERE user_id = 1 AND id = 21");
      plain.addBatch("INSERT INTO kinds (name) VALUES ('k')");
      assertThat(plain.executeBatch()).containsExactly(1, 2, 1, 1);
    }
    assertThat(query("SELECT user_id FROM mposts WHERE id > 20 ORDER BY id"))
        .containsExactly(1L, 2L, 3L);
    assertThat(query("SELECT count(*) FROM mposts WHERE body = 'b' || (id - 1)"))
        .containsExactly(20L);
  }

  @Test
  void aTransactionThatMakesATableCountsByItsSequence() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "CREATE TABLE fresh (id bigserial, user_id bigint, PRIMARY KEY (user_id, id))");
      for (int i = 1; i <= 6; i++) {
        statement.execute("INSERT INTO fresh (user_id) VALUES (" + i + ")");
      }
      connection.commit();
    }
    run("INSERT INTO fresh (user_id) VALUES (7)");
    assertThat(query("SELECT id FROM fresh ORDER BY id"))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void aScriptThatMakesATableCountsByItsSequence() throws SQLException {
    run(
        "CREATE TABLE fresh (id bigserial, user_id bigint);"
            + "INSERT INTO fresh (user_id) VALUES (1), (2), (3), (4);"
            + "INSERT INTO fresh (user_id) VALUES (5)");
    assertThat(query("SELECT id FROM fresh ORDER BY id")).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aRolledBackNumberIsGoneAndNoShardTakesPartForIt() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO mposts (user_id) VALUES (1)");
      connection.rollback();
      statement.execute("SET LOCAL search_path = public");
      statement.execute("INSERT INTO mposts (user_id) VALUES (1)");
      connection.commit();
    }
    assertThat(query("SELECT id FROM mposts")).containsExactly(2L);
  }

  @Test
  void threadsThatHoldAllConnectionsDoNotWaitForNumbers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        long user = t;
        work.add(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  PreparedStatement insert =
                      connection.prepareStatement("INSERT INTO mposts (user_id) VALUES (?)")) {
                connection.setAutoCommit(false);
                for (int i = 0; i < 50; i++) {
                  insert.setLong(1, user);
                  insert.executeUpdate();
                }
                connection.commit();
              }
              return null;
            });
      }
      for (Future<Void> each : threads.invokeAll(work)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(query("SELECT id FROM mposts ORDER BY id"))
        .hasSize(THREADS * 50)
        .doesNotHaveDuplicates();
  }

  @Test
  void aRoleThatMayNotUseTheSequenceIsRefusedByTheServer() throws SQLException {
    run(
        "DO $$ BEGIN CREATE ROLE clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$ -- s0"
            .replace("DO", "/* shardjdbc: shard=s0 */ DO"));
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE pg_monitor");
      assertThatThrownBy(() -> statement.execute("INSERT INTO mposts (user_id) VALUES (1)"))
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("42501");
    }
  }

  @Test
  void anUpdateOfManyRowsGivesEachANumberOfItsOwnAndEveryCopyTheSame() throws SQLException {
    for (int i = 1; i <= 20; i++) {
      run("INSERT INTO mposts (user_id) VALUES (" + i + ")");
      run("INSERT INTO kinds (name) VALUES ('k" + i + "')");
    }
    run("CREATE SEQUENCE renumbered START 1000");
    run("UPDATE mposts SET id = nextval('renumbered'), body = 'x' || nextval('renumbered')");
    assertThat(query("SELECT id FROM mposts UNION SELECT substr(body, 2)::bigint FROM mposts"))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(1000, 1040).boxed().toList());
    run("UPDATE kinds SET id = nextval('renumbered')");
    List<Long> first = null;
    for (String shard : plain.shards()) {
      try (Statement statement = plain.to(shard).createStatement()) {
        List<Long> own =
            longs(statement.executeQuery("SELECT id FROM kinds ORDER BY substr(name, 2)::int"));
        assertThat(own).hasSize(20).doesNotHaveDuplicates().allMatch(id -> id >= 1040);
        assertThat(own).isEqualTo(first == null ? own : first);
        first = own;
      }
    }
    run("DROP SEQUENCE renumbered");
    run(
        "MERGE INTO owners o USING mposts p ON o.name = p.body WHEN NOT MATCHED THEN INSERT (name)"
            + " VALUES (p.body)");
    assertThat(query("SELECT id FROM owners ORDER BY id"))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
  }

  @Test
  void numbersInBlocksAreTakenTogetherAndGivenOnce() throws Exception {
    ShardDataSourceBuilder builder = ShardDataSource.builder().ids(new IdSettings(10));
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource blocks =
            builder.tables(t -> t.sharded("mposts", "user_id").sharded("owners", "id")).build();
        Connection connection = blocks.getConnection()) {
      String insert = "INSERT INTO mposts (user_id) VALUES (?)";
      for (int i = 1; i <= 12; i++) {
        Sample.update(connection, insert, (long) i);
        run("INSERT INTO mposts (user_id) VALUES (100)"); // of another process
      }
      assertThat(query("SELECT id FROM mposts WHERE user_id < 100 ORDER BY user_id"))
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 21L, 22L);
      assertThat(query("SELECT count(DISTINCT id) FROM mposts")).containsExactly(24L);
      Sample.update(
          connection, "INSERT INTO owners (name) SELECT 'n' || i FROM generate_series(1, 25) i");
      assertThat(query("SELECT count(DISTINCT id) FROM owners WHERE id <= 25"))
          .containsExactly(25L);
      Sample.rows(connection, "SELECT setval('mposts_id_seq', 1000)");
      Sample.update(connection, insert, 50L);
      assertThat(query("SELECT id FROM mposts WHERE user_id = 50")).containsExactly(1001L);
    }
  }

  @Test
  void copyGivesRecordsTheNumbersThatTheyLack() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      ShardCopy copy = connection.unwrap(ShardConnection.class).copy();
      assertThat(copied(copy, "COPY mposts (id, user_id) FROM STDIN", "50\t1\n60\t2\n"))
          .isEqualTo(2);
      assertThat(
              copied(copy, "COPY mposts (user_id, body) FROM STDIN", "1\ta\n2\tb\\\nc\n3\t\\N\n"))
          .isEqualTo(3);
      assertThat(
              copied(
                  copy,
                  "COPY mposts ( user_id , \"body\" ) FROM STDIN (FORMAT csv, HEADER MATCH)",
                  "user_id,body\r\n4,\"x, \"\"y\"\"\r\n\"\r\n5,\r\n"))
          .isEqualTo(2);
      assertThat(copied(copy, "COPY mposts (user_id) FROM STDIN", "6\n7\n\\.\n")).isEqualTo(2);
      assertThat(copied(copy, "COPY owners (name) FROM STDIN", "a\nb\nc")).isEqualTo(3);
      assertThat(copied(copy, "COPY kinds (name) FROM STDIN", "x\ny\n")).isEqualTo(2);
      try (Statement statement = connection.createStatement()) {
        assertThat(longs(statement.executeQuery("SELECT currval('kinds_id_seq')")))
            .containsExactly(2L);
      }
    }
    assertThat(query("SELECT id FROM mposts WHERE id < 50 ORDER BY id"))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(query("SELECT user_id FROM mposts WHERE id < 50 ORDER BY id"))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(query("SELECT length(body) FROM mposts WHERE user_id = 4")).containsExactly(8L);
    assertThat(query("SELECT id FROM owners ORDER BY name")).containsExactly(1L, 2L, 3L);
    for (String shard : plain.shards()) {
      assertThat(plain.rows(shard, "SELECT id FROM kinds ORDER BY name")).containsExactly("1", "2");
    }
    run("INSERT INTO mposts (user_id) VALUES (9)");
    assertThat(query("SELECT id FROM mposts WHERE user_id = 9")).containsExactly(8L);
  }

  @Test
  void binaryRecordsAreNumberedToo() throws Exception {
    run("INSERT INTO mposts (user_id, body) SELECT i, 'b' || i FROM generate_series(1, 2500) i");
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (Connection connection = dataSource.getConnection()) {
      ShardCopy copy = connection.unwrap(ShardConnection.class).copy();
      copy.copyOut("COPY (SELECT user_id, body FROM mposts) TO STDOUT (FORMAT binary)", rows);
      run("TRUNCATE mposts");
      copy.copyIn(
          "COPY mposts (user_id, body) FROM STDIN (FORMAT binary)",
          new ByteArrayInputStream(rows.toByteArray()));
    }
    assertThat(query("SELECT id FROM mposts ORDER BY id"))
        .containsExactlyElementsOf(LongStream.rangeClosed(2501, 5000).boxed().toList());
    assertThat(query("SELECT count(*) FROM mposts WHERE body = 'b' || user_id"))
        .containsExactly(2500L);
  }

  @Test
  void aCopyIntoATableThatItsTransactionMadeIsRefused() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("CREATE TABLE fresh (user_id bigint, id bigserial)");
      ShardCopy copy = connection.unwrap(ShardConnection.class).copy();
      assertThatThrownBy(() -> copied(copy, "COPY fresh (user_id) FROM STDIN", "1\n"))
          .hasMessageStartingWith("SJ0355");
      connection.rollback();
    }
  }

  private static long copied(ShardCopy copy, String sql, String rows) throws Exception {
    return copy.copyIn(sql, new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void codeThatCountsRunsAtTheSequencesHomeAlone() throws SQLException {
    for (String shard : plain.shards()) {
      plain.on(
          shard,
          "CREATE OR REPLACE FUNCTION post(k bigint) RETURNS bigint LANGUAGE sql AS"
              + " 'INSERT INTO mposts (user_id) VALUES (k) RETURNING id'");
      long user = 1;
      while (!dataSource.shardOf("mposts", user).name().equals(shard)) {
        user++;
      }
      String block = "DO 'BEGIN INSERT INTO mposts (user_id) VALUES (" + user + "); END'";
      for (String sql : List.of("SELECT post(" + user + ")", block)) {
        String hinted = "/* shardjdbc: shard=" + shard + " */ " + sql;
        if (shard.equals("s0")) {
          run(hinted);
        } else {
          assertThatThrownBy(() -> run(hinted)).hasMessageStartingWith("SJ0355");
        }
      }
    }
  }
}
