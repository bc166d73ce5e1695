package io.shardjdbc.tests.core;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PlainConnections;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.api.junit.jupiter.InjectSoftAssertions;
import org.assertj.core.api.junit.jupiter.SoftAssertionsExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** Keys of COPY in whatever spelling, and the ends of its binary format, as one server has them. */
@ExtendWith(SoftAssertionsExtension.class)
class CopyKeysTest {

  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("by_long", "bigint");
    TABLES.put("by_int", "integer");
    TABLES.put("by_short", "smallint");
    TABLES.put("by_uuid", "uuid");
    TABLES.put("by_varchar", "varchar(5)");
    TABLES.put("by_text", "text");
  }

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @InjectSoftAssertions private SoftAssertions softly;

  private static ShardDataSource dataSource;
  private static PlainConnections one;

  @BeforeAll
  static void open() throws SQLException {
    var builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    dataSource =
        builder
            .tables(
                t -> {
                  TABLES.keySet().forEach(table -> t.sharded(table, "k"));
                  t.sharded("pairs", "a", "b");
                  t.table(salted());
                })
            .build();
    cluster.cluster().createDatabase("copy_keys");
    one = PlainConnections.of(cluster.cluster(), "copy_keys");
    try (Connection sharded = dataSource.getConnection()) {
      for (Connection connection : List.of(sharded, driver())) {
        Statement statement = connection.createStatement();
        for (Map.Entry<String, String> table : TABLES.entrySet()) {
          statement.execute(
              "CREATE TABLE " + table.getKey() + " (k " + table.getValue() + ", v text)");
        }
        statement.execute("CREATE TABLE pairs (a varchar(5), b bigint, v text)");
        statement.execute("CREATE TABLE salted (k varchar(5), v text)");
      }
    }
  }

  private static Table salted() {
    List<ShardId> shards = List.of(new ShardId("s0"), new ShardId("s1"), new ShardId("s2"));
    Placement placement =
        Placements.salted(List.of(Key.of("hot"), Key.of("hot  ")), 2, Placements.ring(shards));
    return new Table.Sharded(
        List.of("salted"), List.of(KeyColumn.of("k")), placement, ScatterPolicy.ALLOW);
  }

  private static Connection driver() throws SQLException {
    return one.to("s0");
  }

  @AfterAll
  static void close() throws SQLException {
    dataSource.close();
    one.close();
    cluster.cluster().dropDatabase("copy_keys");
  }

  @BeforeEach
  void empty() throws SQLException {
    String empty = "TRUNCATE " + String.join(", ", TABLES.keySet()) + ", pairs, salted";
    Sample.execute(dataSource, empty);
    one.on("s0", empty);
  }

  /** What is told of a COPY, and what it leaves. */
  private static List<String> copied(Connection connection, String table, String copy, byte[] data)
      throws SQLException, IOException {
    List<String> told = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try {
        var in = new ByteArrayInputStream(data);
        long rows =
            connection.isWrapperFor(ShardConnection.class)
                ? connection.unwrap(ShardConnection.class).copy().copyIn(copy, in)
                : connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, in);
        told.add("copied " + rows);
      } catch (SQLException e) {
        told.add(e.getSQLState());
      }
      List<String> left = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery("SELECT t::text FROM " + table + " t")) {
        while (rows.next()) {
          left.add(rows.getString(1));
        }
      }
      Collections.sort(left);
      told.addAll(left);
    }
    return told;
  }

  private void same(String table, String copy, byte[] data) throws Exception {
    try (Connection sharded = dataSource.getConnection()) {
      softly
          .assertThat(copied(sharded, table, copy, data))
          .as("%s of %s", copy, new String(data, StandardCharsets.ISO_8859_1))
          .isEqualTo(copied(driver(), table, copy, data));
    }
  }

  private void each(String table, List<String> keys) throws Exception {
    for (String key : keys) {
      byte[] text = (key.replace("\t", "\\t") + "\tx\n").getBytes(StandardCharsets.UTF_8);
      same(table, "COPY " + table + " FROM STDIN", text);
      byte[] csv = ("\"" + key + "\",x\n").getBytes(StandardCharsets.UTF_8);
      same(table, "COPY " + table + " FROM STDIN (FORMAT csv)", csv);
    }
  }

  @LongRun
  @Test
  void integersInAnySpelling() throws Exception {
    List<String> keys =
        List.of(
            "7",
            " 7",
            "7 ",
            "\t7",
            "+7",
            "-7",
            "007",
            "-0",
            "",
            " ",
            "x",
            "7.0",
            "7e0",
            "0x1F",
            "1_000",
            "7 7",
            "32767",
            "32768",
            "-32769",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999999999999999999",
            "\u0667");
    for (String table : List.of("by_long", "by_int", "by_short")) {
      each(table, keys);
    }
  }

  @Test
  void uuidsInAnySpelling() throws Exception {
    String plain = "a0eebc999c0b4ef8bb6d6bb9bd380a11";
    each(
        "by_uuid",
        List.of(
            plain,
            plain.toUpperCase(java.util.Locale.ROOT),
            "{" + plain + "}",
            "{" + plain,
            plain + "}",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "{A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11}",
            "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
            "a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11",
            "a0e-ebc999c0b4ef8bb6d6bb9bd380a11",
            " " + plain,
            plain + " ",
            plain + "00",
            "",
            "a0eebc999c0b4ef8bb6d6bb9bd380a1g"));
  }

  @Test
  void textsThatAreCutOrTooLong() throws Exception {
    for (String table : List.of("by_varchar", "by_text")) {
      each(
          table,
          List.of(
              "",
              " ",
              "abcde",
              "abc  ",
              "abcde ",
              "abcde      ",
              "      ",
              "abcdef",
              "abcde x",
              "\u00e9\u00e9\u00e9\u00e9\u00e9",
              "\u00e9\u00e9\u00e9\u00e9\u00e9  ",
              "\ud83d\ude00\ud83d\ude00\ud83d\ude00",
              "\ud83d\ude00     ",
              "abcd\u00a0\u00a0"));
    }
  }

  @Test
  void everyLineEndsAsTheFirstOne() throws Exception {
    for (String rows :
        List.of("1\tx\r\n2\ty\n", "1\tx\n2\ty\r\n", "1\tx\r2\ty\n", "1\tx\n2\ty\n")) {
      same("by_long", "COPY by_long FROM STDIN", rows.getBytes(StandardCharsets.UTF_8));
      byte[] csv = rows.replace('\t', ',').getBytes(StandardCharsets.UTF_8);
      same("by_long", "COPY by_long FROM STDIN (FORMAT csv)", csv);
    }
  }

  @Test
  void aKeyWithSeveralOwnersThatIsForTheServerToRead() throws Exception {
    each("salted", List.of("hot", "hot   ", "cold", "cold    ", "hot x", "hottest"));
  }

  @Test
  void keysOfSeveralColumns() throws Exception {
    for (String row :
        List.of("abc\t1", "abcde  \t1", "abcdef\t1", "abcde  \t99999999999999999999", "a\tx")) {
      same("pairs", "COPY pairs FROM STDIN", (row + "\tv\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void manyRowsOfWhichSomeAreForTheServerToRead() throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      rows.append("k").append(i).append(i % 10 == 0 ? "      " : "").append("\tv\n");
    }
    same(
        "by_varchar",
        "COPY by_varchar FROM STDIN",
        rows.toString().getBytes(StandardCharsets.UTF_8));
    rows.append("too long\tv\n");
    same(
        "by_varchar",
        "COPY by_varchar FROM STDIN",
        rows.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A binary stream of rows, with whatever stands behind them. */
  private static byte[] binary(int rows, byte... behind) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(SIGNATURE);
    for (int i = 0; i < rows; i++) {
      row(out, i);
    }
    out.write(behind);
    return bytes.toByteArray();
  }

  private static void row(DataOutputStream out, long key) throws IOException {
    out.writeShort(2);
    out.writeInt(8);
    out.writeLong(key);
    out.writeInt(1);
    out.write('v');
  }

  @Test
  void whateverStandsAtAndBehindTheEndOfBinaryData() throws Exception {
    byte[] more = java.util.Arrays.copyOfRange(binary(2), SIGNATURE.length, binary(2).length);
    byte[] trailerAndRows = new byte[2 + more.length];
    trailerAndRows[0] = (byte) 0xFF;
    trailerAndRows[1] = (byte) 0xFF;
    System.arraycopy(more, 0, trailerAndRows, 2, more.length);
    byte end = (byte) 0xFF;
    for (byte[] data :
        List.of(
            binary(3, end, end),
            binary(3),
            binary(0, end, end),
            binary(0),
            binary(3, trailerAndRows),
            binary(3, end, end, (byte) 0),
            binary(3, end, end, end, end),
            binary(3, end, end, (byte) '\n'),
            binary(3, end),
            binary(3, (byte) 0),
            binary(3, end, (byte) 0xFE),
            binary(3, (byte) 0x80, (byte) 0),
            binary(3, (byte) 0, (byte) 0),
            binary(3, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0),
            binary(3, (byte) 0, (byte) 2, (byte) 0, (byte) 0))) {
      same("by_long", "COPY by_long FROM STDIN (FORMAT binary)", data);
    }
  }
}
