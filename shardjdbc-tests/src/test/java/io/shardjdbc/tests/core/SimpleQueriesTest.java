package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that send simple queries, in which a server describes nothing. */
class SimpleQueriesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @Test
  void aQuestionForParametersRunsNothing() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster
        .primaryUrls()
        .forEach((shard, url) -> builder.shard(shard, url + "&preferQueryMode=simple"));
    try (ShardDataSource dataSource = builder.tables(t -> t.sharded("users", "user_id")).build();
        Connection connection = dataSource.getConnection()) {
      Sample.execute(dataSource, "CREATE TABLE users (user_id bigint PRIMARY KEY, age int)");
      Sample.execute(dataSource, "INSERT INTO users VALUES (1, 1), (2, 1), (3, 1)");
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE users SET age = 2 WHERE user_id = ?")) {
        update.setLong(1, 1);
        assertThatThrownBy(update::getParameterMetaData).hasMessageStartingWith("SJ0702");
      }
      assertThat(Sample.rows(connection, "SELECT sum(age) FROM users")).containsExactly("3");
    }
  }
}
