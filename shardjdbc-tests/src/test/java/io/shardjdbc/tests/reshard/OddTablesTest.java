package io.shardjdbc.tests.reshard;

import static io.shardjdbc.tests.reshard.MovingShards.MOVED;
import static io.shardjdbc.tests.reshard.MovingShards.MOVING;
import static io.shardjdbc.tests.reshard.MovingShards.S0;
import static io.shardjdbc.tests.reshard.MovingShards.S1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.Whole;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows move of tables that servers treat in ways of their own, while these are written and changed:
 * large values, generated columns, identities, partitions, no primary key, keys that change.
 */
class OddTablesTest {
  private static final String OF_MOVED = MOVED.condition("hashint8extended(owner, 0)");
  private static final int OWNERS = 60;

  @RegisterExtension
  static final ClusterExtension CLUSTER = ClusterExtension.of(MovingShards.servers());

  @RegisterExtension static final MovingShards shards = new MovingShards(CLUSTER);
  private List<String> tables = List.of("docs", "lines", "parts");
  private long moved;
  private long other;
  private long stays;

  private void create(boolean loose) throws SQLException {
    shards.createTables();
    if (loose) {
      tables = List.of("docs", "lines", "parts", "loose");
    }
    long at = 1;
    while (!MovingShards.moves(at)) {
      at++;
    }
    moved = at++;
    while (!MovingShards.moves(at)) {
      at++;
    }
    other = at;
    at = 1;
    while (MovingShards.moves(at) || !MovingShards.OF_S0.contains(MovingShards.position(at))) {
      at++;
    }
    stays = at;
    for (ShardId shard : List.of(S0, S1)) {
      String own = MovingShards.positions(shard).condition("hashint8extended(owner, 0)");
      shards.run(
          shard,
          "DROP TABLE IF EXISTS lines, docs, parts, loose",
          "DROP TYPE IF EXISTS mood",
          "CREATE TYPE mood AS ENUM ('sad', 'glad')",
          "CREATE TABLE docs (owner bigint, id bigint GENERATED ALWAYS AS IDENTITY, big text,"
              + " small int DEFAULT 0, long int GENERATED ALWAYS AS (length(big)) STORED,"
              + " tags jsonb, kind mood, span int4range, price numeric, PRIMARY KEY (owner, id))",
          "ALTER TABLE docs ALTER big SET STORAGE EXTERNAL",
          "CREATE TABLE lines (owner bigint, doc bigint, no int, PRIMARY KEY (owner, doc, no),"
              + " FOREIGN KEY (owner, doc) REFERENCES docs ON DELETE CASCADE)",
          "CREATE TABLE parts (owner bigint, no int, n int DEFAULT 0, PRIMARY KEY (owner, no))"
              + " PARTITION BY RANGE (no)",
          "CREATE TABLE parts_a PARTITION OF parts FOR VALUES FROM (0) TO (5)",
          "CREATE TABLE parts_b PARTITION OF parts FOR VALUES FROM (5) TO (100)",
          "INSERT INTO docs (owner, big, tags, kind, span, price) SELECT owner,"
              + " repeat(md5(owner::text), 300), '{\"a\": [1, 2]}', 'glad', '[1,5)', 1.50 FROM"
              + " generate_series(1, "
              + OWNERS
              + ") owner, generate_series(1, 2) WHERE "
              + own,
          "INSERT INTO lines SELECT owner, id, 1 FROM docs",
          "INSERT INTO parts SELECT owner, no FROM generate_series(1, "
              + OWNERS
              + ") owner, generate_series(1, 9) no WHERE "
              + own);
      if (loose) {
        shards.run(
            shard,
            "CREATE TABLE loose (owner bigint NOT NULL, v text)",
            "ALTER TABLE loose REPLICA IDENTITY FULL",
            "INSERT INTO loose SELECT owner, 'same' FROM docs");
      }
    }
    MapDocument map = shards.map();
    for (String table : tables) {
      map = map.with(table, new Placed("users", "owner", KeyType.INTEGER));
    }
    try (Resharding mover = shards.mover()) {
      mover.install(map);
    }
  }

  @AfterEach
  void removeStreams() throws SQLException {
    shards.removeStreams();
  }

  private static List<Strategy> strategies() {
    return Whole.or(List.of(Strategy.REPLICATE), List.of(Strategy.values()));
  }

  @LongRun
  @ParameterizedTest
  @MethodSource("strategies")
  void eachRowComesAsItIs(Strategy strategy) throws SQLException {
    create(strategy != Strategy.DOUBLE_WRITE); // which asks for primary keys
    Changing changing = new Changing();
    int move;
    try (Resharding mover = shards.mover().by(strategy).telling(changing)) {
      move = mover.start(MOVING);
      mover.run(move);
    }
    assertThat(changing.done).isEqualTo(2);
    shards.run(S1, "UPDATE docs SET small = small + 1 WHERE " + OF_MOVED);
    List<String> expected = rows(S0, "NOT (" + OF_MOVED + ")");
    expected.addAll(rows(S1, "true"));
    expected.sort(null);
    assertThat(expected).hasSameSizeAs(changing.expected);
    try (Resharding mover = shards.mover()) {
      mover.finish(move);
      assertThat(mover.audit()).isEmpty();
    }
    assertThat(all()).isEqualTo(expected);
    shards.run(S1, "UPDATE docs SET small = small - 1 WHERE " + OF_MOVED);
    assertThat(all()).isEqualTo(changing.expected);
    assertThat(shards.traces(S0)).isEmpty();
    assertThat(shards.traces(S1)).isEmpty();
  }

  private List<String> rows(ShardId shard, String where) throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String table : tables) {
      rows.addAll(
          shards.rows(
              shard,
              "SELECT '%s ' || md5(t::text) || left(t::text, 20) FROM %s t WHERE %s"
                  .formatted(table, table, where)));
    }
    return rows;
  }

  private List<String> all() throws SQLException {
    List<String> all = rows(S0, "true");
    all.addAll(rows(S1, "true"));
    all.sort(null);
    return all;
  }

  /**
   * Writes and changes tables when their rows are copied, and when the owner is about to change.
   */
  private final class Changing implements MoveListener {
    private int done;
    private List<String> expected = new ArrayList<>();

    @Override
    public void onProgress(int move, Step step, String what) {
      if ((done == 0 && what.equals("acknowledged")) || (done == 1 && what.equals("rehearsed"))) {
        done++;
        try {
          change();
          expected = rows(S0, "true");
          expected.addAll(rows(S1, "NOT (" + OF_MOVED + ")"));
          expected.sort(null);
        } catch (SQLException e) {
          throw new AssertionError(e);
        }
      }
    }

    private void change() throws SQLException {
      shards.run(
          S0,
          "UPDATE docs SET small = small + 1",
          "DELETE FROM docs WHERE id IN (SELECT min(id) FROM docs WHERE owner = " + moved + ")",
          "UPDATE docs SET kind = 'sad', big = big || 'x', price = 1.5 WHERE owner = " + other,
          "INSERT INTO docs (owner, big) VALUES (" + moved + ", repeat('z', 9000))",
          "UPDATE parts SET no = no + 50 * " + done + " WHERE no = 4 AND owner = " + moved,
          "UPDATE parts SET owner = %d, no = no + 20 WHERE owner = %d AND no = %d"
              .formatted(other, moved, 5 + done),
          "UPDATE parts SET owner = %d, no = no + 20 WHERE owner = %d AND no = %d"
              .formatted(stays, moved, 7 + done),
          "UPDATE parts SET owner = %d, no = no + 30 WHERE owner = %d AND no = %d"
              .formatted(moved, stays, 1 + done),
          "CREATE INDEX ON docs (small)",
          "CREATE TABLE unmoved_" + done + " (id int)",
          "DROP TABLE unmoved_" + done);
      if (tables.contains("loose")) {
        shards.run(
            S0,
            "UPDATE loose SET v = 'other' WHERE ctid IN (SELECT min(ctid) FROM loose WHERE owner ="
                + " "
                + moved
                + ")",
            "DELETE FROM loose WHERE ctid IN (SELECT max(ctid) FROM loose WHERE owner = "
                + other
                + ")",
            "INSERT INTO loose VALUES (" + moved + ", 'same')");
      }
      for (String sql :
          List.of(
              "ALTER TABLE docs ADD COLUMN extra int",
              "TRUNCATE lines",
              "TRUNCATE parts_b",
              "DROP TABLE lines",
              "CREATE TABLE parts_c PARTITION OF parts FOR VALUES FROM (100) TO (200)",
              "ALTER TABLE parts DETACH PARTITION parts_a")) {
        assertThatThrownBy(() -> shards.run(S0, sql), sql)
            .hasFieldOrPropertyWithValue("SQLState", "SJ702");
      }
    }
  }
}
