package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shard keys that are given as streams: the whole of one is the key and the value, or nothing. */
class StreamedKeysTest {

  private static final String INSERT = "INSERT INTO words (word, n) VALUES (?, 1)";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource = builder.tables(tables -> tables.sharded("words", "word")).build();
    Sample.execute(dataSource, "CREATE TABLE words (word varchar(9), n int)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    Sample.execute(dataSource, "DELETE FROM words");
  }

  @Test
  void aStreamOfALengthIsTheKeyThatItHolds() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT);
        PreparedStatement update =
            connection.prepareStatement("UPDATE words SET n = 2 WHERE word = ?")) {
      insert.setCharacterStream(1, new StringReader("abcdef"), 3);
      insert.addBatch();
      insert.executeBatch();
      update.setCharacterStream(1, new StringReader("abc"), 3);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
    assertThat(rows()).containsExactly("abc,2");
  }

  @Test
  void aStreamThatAServerWouldReadTwiceIsRefused() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setCharacterStream(1, new StringReader("abc"));
      assertThatThrownBy(insert::execute).hasMessageContaining("SJ0702");
      insert.setCharacterStream(1, new StringReader("abc"));
      insert.addBatch();
      assertThatThrownBy(insert::executeBatch).hasMessageContaining("SJ0702");
    }
    assertThat(rows()).isEmpty();
  }

  private static List<String> rows() throws SQLException {
    return Sample.rows(dataSource, "SELECT word, n FROM words ORDER BY n");
  }
}
