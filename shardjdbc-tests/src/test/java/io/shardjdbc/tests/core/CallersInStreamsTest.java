package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers whose streams ask something of the connection that sends them, and are answered so. */
@Timeout(60)
@SuppressWarnings(
    "InputStreamSlowMultibyteRead") // one byte at a time, so that it is asked for often
class CallersInStreamsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int ROWS = 200;
  private static ShardDataSource dataSource;

  /** What is asked for in the middle of a stream. */
  private enum Asked {
    OF_A_SHARD {
      @Override
      void of(Connection connection) throws SQLException {
        run(connection, "SELECT * FROM facts WHERE id = 1");
      }
    },
    OF_ALL_SHARDS {
      @Override
      void of(Connection connection) throws SQLException {
        run(connection, "SELECT count(*) FROM facts");
      }
    },
    WRITE {
      @Override
      void of(Connection connection) throws SQLException {
        run(connection, "INSERT INTO facts VALUES (-1), (-2), (-3)");
      }
    },
    BATCH {
      @Override
      void of(Connection connection) throws SQLException {
        try (Statement batch = connection.createStatement()) {
          batch.addBatch("INSERT INTO facts VALUES (-1)");
          batch.executeBatch();
        }
      }
    },
    COPY {
      @Override
      void of(Connection connection) throws SQLException {
        try {
          connection
              .unwrap(ShardConnection.class)
              .copy()
              .copyOut("COPY facts TO STDOUT", new ByteArrayOutputStream());
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    },
    COMMIT {
      @Override
      void of(Connection connection) throws SQLException {
        connection.commit();
      }
    },
    ROLLBACK {
      @Override
      void of(Connection connection) throws SQLException {
        connection.rollback();
      }
    },
    ROLLBACK_AS_TEXT {
      @Override
      void of(Connection connection) throws SQLException {
        run(connection, "ROLLBACK");
      }
    },
    AUTO_COMMIT {
      @Override
      void of(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
      }
    },
    SAVEPOINT {
      @Override
      void of(Connection connection) throws SQLException {
        connection.setSavepoint();
      }
    },
    SETTING {
      @Override
      void of(Connection connection) throws SQLException {
        connection.setSchema("public");
      }
    };

    abstract void of(Connection connection) throws SQLException;
  }

  /** What the stream belongs to. */
  private enum Exchange {
    COPY_OUT,
    COPY_IN,
    VALUE
  }

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder().pool(Sample.pool(2));
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .transactions(TransactionMode.TWO_PHASE)
            .tables(t -> t.sharded("facts", "id"))
            .build();
    Sample.execute(dataSource, "CREATE TABLE facts (id bigint PRIMARY KEY, body bytea)");
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    Sample.execute(dataSource, "TRUNCATE facts");
    Sample.execute(
        dataSource, "INSERT INTO facts SELECT g FROM generate_series(1, " + ROWS + ") g");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static List<Arguments> askedInExchanges() {
    return Arrays.stream(Exchange.values())
        .flatMap(exchange -> Stream.of(Asked.values()).map(asked -> Arguments.of(exchange, asked)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("askedInExchanges")
  void whatIsAskedInAStreamIsRefusedAndTheStreamGoesOn(Exchange exchange, Asked asked)
      throws Exception {
    Throwable[] told = {null};
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      run(connection, "INSERT INTO facts VALUES (1001), (1002), (1003), (1004)");
      Runnable meanwhile = () -> told[0] = catchThrowable(() -> asked.of(connection));
      switch (exchange) {
        case COPY_OUT -> copyOut(connection, meanwhile);
        case COPY_IN -> copyIn(connection, meanwhile);
        case VALUE -> value(connection, meanwhile);
      }
      assertThat(told[0]).hasMessageContaining("SJ0632");
      connection.commit();
    }
    int added = exchange == Exchange.COPY_OUT ? 4 : 4 + 100;
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM facts"))
        .containsExactly(String.valueOf(ROWS + (exchange == Exchange.VALUE ? 5 : added)));
    assertThat(Sample.lent(dataSource)).isZero();
  }

  private static void copyOut(Connection connection, Runnable meanwhile) throws Exception {
    ByteArrayOutputStream rows =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            if (size() == 0) {
              meanwhile.run();
            }
            super.write(bytes, offset, length);
          }
        };
    long copied =
        connection.unwrap(ShardConnection.class).copy().copyOut("COPY facts (id) TO STDOUT", rows);
    assertThat(copied).isEqualTo(ROWS + 4);
    assertThat(rows.toString(StandardCharsets.UTF_8).lines()).hasSize(ROWS + 4);
  }

  private static void copyIn(Connection connection, Runnable meanwhile) throws Exception {
    InputStream rows =
        new InputStream() {
          private int next = 2_000;
          private byte[] line = new byte[0];
          private int at;

          @Override
          public int read() {
            if (at == line.length) {
              if (next == 2_100) {
                return -1;
              }
              if (next == 2_050) {
                meanwhile.run();
              }
              line = (next++ + "\n").getBytes(StandardCharsets.UTF_8);
              at = 0;
            }
            return line[at++];
          }
        };
    assertThat(
            connection
                .unwrap(ShardConnection.class)
                .copy()
                .copyIn("COPY facts (id) FROM STDIN", rows))
        .isEqualTo(100);
  }

  private static void value(Connection connection, Runnable meanwhile) throws SQLException {
    InputStream value =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() {
            if (left == 50_000) {
              meanwhile.run();
            }
            return left-- > 0 ? 0 : -1;
          }
        };
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO facts VALUES (3000, ?)")) {
      insert.setBinaryStream(1, value, 100_000);
      assertThat(insert.executeUpdate()).isOne();
    }
  }
}
