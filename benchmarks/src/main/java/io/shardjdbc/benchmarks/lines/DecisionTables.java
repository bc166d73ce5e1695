package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.GatherLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/**
 * The eight tables of TPC-H in one database, and the same rows over four shards.
 *
 * <p>Orders and their lines lie together, and so do parts and who supplies them; customers and
 * suppliers lie by their own keys, nations and regions everywhere. Rows are drawn by hashes of
 * their keys, with the distributions that the queries ask for, not by TPC's own program.
 */
final class DecisionTables implements AutoCloseable {

  private static final List<String> TABLES =
      List.of("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem");

  private final HikariDataSource alone;
  private final ShardDataSource sharded;
  private final double scale;

  /**
   * @param limits how much a statement may gather
   */
  DecisionTables(Lab lab, String name, double scale, GatherLimits limits) throws Exception {
    this.scale = scale;
    Lab.execute(lab.raw(0), "CREATE DATABASE " + name + "_alone");
    alone = Lab.pool(in(lab.url(0), name + "_alone"));
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      Lab.execute(lab.raw(shard), "CREATE DATABASE " + name);
      String url = in(lab.url(shard), name);
      builder.shard("s" + shard, url);
      try (HikariDataSource pool = Lab.pool(url)) {
        Lab.execute(pool, text("decision-schema.sql"));
      }
    }
    sharded =
        builder
            .gather(limits)
            .tables(
                t ->
                    t.sharded("orders", "o_orderkey")
                        .sharded("lineitem", "l_orderkey")
                        .sharded("part", "p_partkey")
                        .sharded("partsupp", "ps_partkey")
                        .sharded("customer", "c_custkey")
                        .sharded("supplier", "s_suppkey")
                        .reference("nation")
                        .reference("region"))
            .build();
    Lab.execute(alone, text("decision-schema.sql"));
    Lab.execute(alone, text("decision-rows.sql"));
    for (String table : TABLES) {
      copy(table);
    }
    Lab.execute(alone, "VACUUM ANALYZE");
    for (int shard = 0; shard < Lab.SHARDS; shard++) {
      try (HikariDataSource pool = Lab.pool(in(lab.url(shard), name))) {
        Lab.execute(pool, "VACUUM ANALYZE");
      }
    }
  }

  /** The URL of another database on the same server. */
  static String in(String url, String database) {
    return url.replaceFirst("/postgres(?=\\?|$)", "/" + database);
  }

  HikariDataSource alone() {
    return alone;
  }

  ShardDataSource sharded() {
    return sharded;
  }

  /** The 22 queries in their order. */
  List<String> queries() throws IOException {
    return List.of(text("decision-queries.sql").split(";\n"));
  }

  private String text(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DecisionTables.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("SUPPLIERS", Long.toString(Math.round(10_000 * scale)))
          .replace("CUSTOMERS", Long.toString(Math.round(150_000 * scale)))
          .replace("PARTS", Long.toString(Math.round(200_000 * scale)))
          .replace("ORDERS", Long.toString(Math.round(1_500_000 * scale)))
          .replace("FRACTION", Double.toString(0.0001 / scale));
    }
  }

  private void copy(String table) throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (Connection from = alone.getConnection();
        Connection into = sharded.getConnection();
        PipedWriter out = new PipedWriter();
        PipedReader in = new PipedReader(out, 1 << 16)) {
      Future<Long> sent =
          reader.submit(
              () -> {
                try (out) {
                  return copyOut(from, table, out);
                }
              });
      into.unwrap(ShardConnection.class).copy().copyIn("COPY " + table + " FROM STDIN", in);
      sent.get();
    } finally {
      reader.shutdownNow();
    }
  }

  private static long copyOut(Connection from, String table, PipedWriter out)
      throws SQLException, IOException {
    return from.unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY " + table + " TO STDOUT", out);
  }

  @Override
  public void close() {
    sharded.close();
    alone.close();
  }
}
