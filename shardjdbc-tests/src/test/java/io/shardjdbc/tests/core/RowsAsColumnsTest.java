package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function of a row that is written as a column of it is given the whole row. */
class RowsAsColumnsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
    for (String kind :
        new String[] {"steady(u users) RETURNS text IMMUTABLE", "drawn(u users) RETURNS text"}) {
      Sample.execute(
          dataSource, "CREATE FUNCTION " + kind + " LANGUAGE sql AS 'SELECT u.name || u.age'");
    }
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @Test
  void onItsShardItIs() throws SQLException {
    assertThat(Sample.rows(dataSource, "SELECT u.steady FROM users u")).hasSize(Sample.USERS);
    assertThat(Sample.rows(dataSource, "SELECT (u).drawn FROM users u WHERE user_id = 3"))
        .containsExactly("user33");
    assertThat(Sample.rows(dataSource, "SELECT u.count FROM users u"))
        .containsExactly(String.valueOf(Sample.USERS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT u.drawn FROM users u",
        "SELECT (u).drawn FROM users u",
        "SELECT u.steady, count(*) FROM users u GROUP BY 1 ORDER BY 1",
        "SELECT u.steady, b.name FROM users u JOIN users b ON b.age = u.age + 1",
        "SELECT (u).steady FROM users u JOIN users b ON b.age = u.age + 1 ORDER BY b.name",
        "SELECT u.row_to_json FROM users u JOIN users b ON b.age = u.age + 1",
      })
  void overCopiesItIsRefused(String sql) {
    assertThatThrownBy(() -> Sample.rows(dataSource, sql)).hasMessageMatching("SJ030[34]:.*");
  }
}
