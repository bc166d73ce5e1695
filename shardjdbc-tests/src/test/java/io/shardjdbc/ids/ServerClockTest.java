package io.shardjdbc.ids;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** The clock of the database that leases goes back and forth, as after a failover. */
@LongRun
class ServerClockTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private final PGSimpleDataSource database = new PGSimpleDataSource();

  @BeforeEach
  void installs() throws SQLException {
    database.setUrl(cluster.cluster().shards().get(0).primary().jdbcUrl(cluster.database()));
    run("DROP TABLE IF EXISTS shardjdbc.id_node, test_clock");
    NodeLeases.in(database).install();
    run("CREATE TABLE test_clock (millis bigint)");
    run("INSERT INTO test_clock VALUES (0)");
  }

  @Test
  void noIdIsMadeTwiceWhateverTheClockShows() throws SQLException {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(database);
      pool.setMaximumPoolSize(2);
      noIdIsMadeTwice(pool);
    }
  }

  private void noIdIsMadeTwice(HikariDataSource pool) throws SQLException {
    run("UPDATE shardjdbc.id_node SET used_below = 9000000000000 WHERE node >= 3");
    run("UPDATE shardjdbc.id_node SET used_below = 1800000000000 WHERE node < 3");
    NodeLeases leases =
        new NodeLeases(
            pool::getConnection, Duration.ofMillis(100), "(SELECT millis FROM test_clock)");
    Random random = new Random(7);
    Set<Long> ids = new HashSet<>();
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      run(
          "UPDATE test_clock SET millis = "
              + (30 * random.nextInt(8) - 60)
              + " + (SELECT max(used_below) FROM shardjdbc.id_node WHERE node < 3)");
      try (Snowflake one = Snowflake.over(leases);
          Snowflake other = Snowflake.over(leases)) {
        long latest = 0;
        for (int i = 0; i < 20; i++) {
          long id = one.next();
          assertThat(id).isGreaterThan(latest);
          latest = id;
          assertThat(ids.add(id)).isTrue();
          assertThat(ids.add(other.next())).isTrue();
        }
      } catch (IdsUnavailableException e) {
        refused++; // all three nodes have been used up to a time that has not come again
      }
    }
    assertThat(refused).isLessThan(90);
    assertThat(ids).hasSizeGreaterThan(400);
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
