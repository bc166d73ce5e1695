package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers' code that fails in the middle of an exchange with a server, and who comes next. */
@Timeout(120)
class BrokenOffExchangesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final int ROWS = 3_000;
  private static final String OUT = "COPY facts TO STDOUT";
  private static final String IN = "COPY facts FROM STDIN";

  private static ShardDataSource dataSource;

  /** What the caller's code throws. */
  enum Fault {
    CHECKED,
    UNCHECKED,
    ERROR;

    void happen() throws IOException {
      switch (this) {
        case CHECKED -> throw new IOException("the caller's");
        case UNCHECKED -> throw new UncheckedIOException(new IOException("the caller's"));
        case ERROR -> throw new AssertionError("the caller's");
      }
    }
  }

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder().pool(Sample.pool(2));
    cluster.primaryUrls().forEach(builder::shard);
    dataSource = builder.tables(t -> t.sharded("facts", "id")).build();
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
        dataSource,
        String.format(
            Locale.ROOT,
            "INSERT INTO facts SELECT g, decode(md5(g::text), 'hex') FROM generate_series(1, %d) g",
            ROWS));
  }

  /** Reads of keys, on connections that are lent anew each time, are answered by their own rows. */
  private static void everybodyElseIsAnswered() throws SQLException {
    for (long id = 1; id <= 40; id++) {
      assertThat(Sample.rows(dataSource, "SELECT id, 'of ' || id FROM facts WHERE id = ?", id))
          .containsExactly(id + ",of " + id);
    }
    for (long id = ROWS + 1; id <= ROWS + 20; id++) {
      try (Connection connection = dataSource.getConnection()) {
        assertThat(Sample.update(connection, "INSERT INTO facts VALUES (?)", id)).isEqualTo(1);
      }
    }
    assertThat(Sample.rows(dataSource, "SELECT count(*) FROM facts"))
        .containsExactly(String.valueOf(ROWS + 20));
    assertThat(Sample.lent(dataSource)).isZero();
  }

  @Test
  @SuppressWarnings("try") // closed in the middle on purpose
  void aConnectionThatIsClosedDuringACopyIsNobodysBeforeItsEnd() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      FutureTask<Void> closing =
          new FutureTask<>(
              () -> {
                connection.close();
                return null;
              });
      Thread closer = new Thread(closing, "closer");
      List<Integer> lent = new ArrayList<>();
      OutputStream sink =
          new OutputStream() {
            @Override
            public void write(int b) {
              throw new AssertionError("rows come as a whole");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              if (lent.isEmpty()) {
                closer.start();
                try {
                  closer.join(200);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                lent.add(Sample.lent(dataSource));
              }
            }
          };
      assertThat(connection.unwrap(ShardConnection.class).copy().copyOut(OUT, sink))
          .isEqualTo(ROWS);
      assertThat(lent).containsExactly(1);
      closing.get(60, TimeUnit.SECONDS);
    }
    everybodyElseIsAnswered();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aSinkThatFailsLeavesNoRowsToTheNextStatement(Fault fault) throws Exception {
    for (int after = 0; after < 4_000; after += 1_301) {
      try (Connection connection = dataSource.getConnection()) {
        copyOut(connection, fault, after);
      }
      everyKeyIsItsOwn();
    }
    everybodyElseIsAnswered();
  }

  private static void everyKeyIsItsOwn() throws SQLException {
    for (long id = 1; id <= 10; id++) {
      assertThat(Sample.rows(dataSource, "SELECT id FROM facts WHERE id = ?", id))
          .containsExactly(String.valueOf(id));
    }
  }

  private static void copyOut(Connection connection, Fault fault, int after) throws SQLException {
    OutputStream sink =
        new OutputStream() {
          private int taken;

          @Override
          public void write(int b) throws IOException {
            if (taken++ >= after) {
              fault.happen();
            }
          }
        };
    assertThatThrownBy(() -> connection.unwrap(ShardConnection.class).copy().copyOut(OUT, sink))
        .hasStackTraceContaining("the caller's");
  }

  @Test
  void aSinkThatFailsInATransactionEndsIt() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      copyOut(connection, Fault.UNCHECKED, 500);
      assertThatThrownBy(() -> Sample.rows(connection, "SELECT id FROM facts WHERE id = 1"))
          .isInstanceOf(SQLException.class);
      connection.rollback();
      assertThat(Sample.rows(connection, "SELECT id FROM facts WHERE id = 1")).containsExactly("1");
      connection.commit();
    }
    everybodyElseIsAnswered();
  }

  /** Rows of text for COPY, then a fault. */
  private static final class Source extends InputStream {
    private final Fault fault;
    private final byte[] line = "%d\t\\N\n".formatted(ROWS + 100).getBytes();
    private int left;

    Source(Fault fault, int bytes) {
      this.fault = fault;
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      if (left-- <= 0) {
        fault.happen();
      }
      return line[Math.floorMod(left, line.length)];
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aSourceOfRowsThatFailsLeavesNothing(Fault fault) throws Exception {
    for (int bytes : List.of(0, 7, 300_000)) {
      try (Connection connection = dataSource.getConnection()) {
        var copy = connection.unwrap(ShardConnection.class).copy();
        assertThatThrownBy(() -> copy.copyIn(IN, new Source(fault, bytes)));
      }
      everyKeyIsItsOwn();
    }
    everybodyElseIsAnswered();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aValueThatFailsInTheMiddleLeavesNothing(Fault fault) throws Exception {
    for (int bytes : List.of(0, 10, 20_000)) {
      for (boolean inTransaction : List.of(false, true)) {
        try (Connection connection = dataSource.getConnection();
            PreparedStatement update =
                connection.prepareStatement("UPDATE facts SET body = ? WHERE id = ?")) {
          connection.setAutoCommit(!inTransaction);
          update.setBinaryStream(1, new Source(fault, bytes), 40_000);
          update.setLong(2, 5);
          assertThatThrownBy(update::executeUpdate).hasStackTraceContaining("the caller's");
        }
        everyKeyIsItsOwn();
      }
    }
    everybodyElseIsAnswered();
  }
}
