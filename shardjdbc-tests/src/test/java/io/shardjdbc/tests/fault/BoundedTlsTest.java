package io.shardjdbc.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Waits are bounded where everything is encrypted, too. */
@LongRun
@Timeout(120)
class BoundedTlsTest {

  @RegisterExtension
  static final ClusterExtension cluster =
      ClusterExtension.of(PostgresCluster.builder().setting("password_encryption", "md5"));

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final char[] PASSWORD = "certificate".toCharArray();

  /** More than the buffers between here and the server hold. */
  private static final byte[] LARGE = new byte[48 << 20];

  private TcpProxy proxy;
  private ShardDataSource dataSource;

  /** Gives the server a certificate that it has signed itself. */
  @BeforeAll
  static void encrypt(@TempDir Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process made =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    ClusterNode server = cluster.shard("s0").primary();
    try (Connection connection = server.connect("postgres")) {
      write(connection, "server.key", "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
      write(connection, "server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
      run(connection, "ALTER SYSTEM SET ssl = on");
      run(connection, "SELECT pg_reload_conf()");
      Deadline.in(PATIENCE).await("it encrypts", () -> value(connection, "SHOW ssl").equals("on"));
    }
  }

  /** Into a file of the server's own. */
  private static void write(Connection connection, String file, String what, byte[] content)
      throws SQLException {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----"
            .formatted(
                what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), what);
    run(
        connection,
        "COPY (SELECT regexp_split_to_table('%s', E'\\n')) TO PROGRAM 'umask 077; cat > %s'"
            .formatted(text, file));
  }

  @BeforeEach
  void open() throws SQLException {
    proxy = cluster.shard("s0").primary().proxy();
    String url = cluster.shard("s0").primary().jdbcUrl(cluster.database(), proxy);
    dataSource =
        ShardDataSource.builder()
            .shard("s0", url + (url.contains("?") ? "&" : "?") + "sslmode=require")
            .tables(t -> t.sharded("noted", "id"))
            .build();
  }

  @AfterEach
  void close() {
    proxy.close();
    dataSource.close();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Something that a caller does. */
  private interface Use {
    void run() throws Exception;
  }

  private static FutureTask<Throwable> begin(Use use) {
    FutureTask<Throwable> told = new FutureTask<>(() -> catchThrowable(use::run));
    Thread caller = new Thread(told, "caller");
    caller.setDaemon(true);
    caller.start();
    return told;
  }

  private static void assertEnds(FutureTask<Throwable> told) throws Exception {
    assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(SQLException.class);
  }

  private void assertEncrypted(Connection connection) throws SQLException {
    assertThat(
            value(
                connection,
                "/* shardjdbc: shard=s0 */ SELECT ssl FROM pg_stat_ssl"
                    + " WHERE pid = pg_backend_pid()"))
        .isEqualTo("t");
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 400);
      assertEncrypted(connection);
      proxy.stall();
      assertEnds(begin(() -> run(connection, "SELECT 42")));
    }
  }

  @Test
  void whatIsWrittenToANetworkThatTakesNothingIsGivenUp() throws Exception {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement("SELECT length(?::bytea)")) {
      connection.setNetworkTimeout(Runnable::run, 400);
      assertEncrypted(connection);
      proxy.stall();
      insert.setBytes(1, LARGE);
      assertEnds(begin(insert::executeQuery));
    }
  }

  @Test
  void soIsACopy() throws Exception {
    try (Connection server = cluster.connect("s0")) {
      run(server, "CREATE TABLE noted (id bigint)");
    }
    try (Connection connection = dataSource.getConnection()) {
      connection.setNetworkTimeout(Runnable::run, 400);
      assertEncrypted(connection);
      assertEnds(
          begin(
              () ->
                  connection
                      .unwrap(ShardConnection.class)
                      .copy()
                      .copyIn("COPY noted FROM STDIN", rowsThatStall())));
    }
  }

  private InputStream rowsThatStall() {
    return new InputStream() {
      private long left = LARGE.length;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        proxy.stall();
        int count = (int) Math.min(length, left);
        for (int i = 0; i < count; i++, left--) {
          bytes[offset + i] = (byte) (left % 8 == 1 ? '\n' : '7');
        }
        return count == 0 ? -1 : count;
      }
    };
  }

  /** Somebody else's abort ends a write that nothing bounds. */
  @Test
  void anAbortEndsAWriteToANetworkThatTakesNothing() throws Exception {
    Connection connection = dataSource.getConnection();
    PreparedStatement insert = connection.prepareStatement("SELECT length(?::bytea)");
    assertEncrypted(connection);
    proxy.stall();
    insert.setBytes(1, LARGE);
    FutureTask<Throwable> told = begin(insert::executeQuery);
    Deadline filled = Deadline.in(Duration.ofMillis(500)); // so that the buffers are full
    Deadline.in(PATIENCE).await("it writes for some time", filled::hasPassed);
    assertThat(told).isNotDone();
    FutureTask<Throwable> aborting = begin(() -> connection.abort(Runnable::run));
    assertThat(aborting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNull();
    assertEnds(told);
  }
}
