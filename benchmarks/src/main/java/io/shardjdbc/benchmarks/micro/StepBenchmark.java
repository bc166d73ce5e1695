package io.shardjdbc.benchmarks.micro;

import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The steps of a statement's way that ask no server. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StepBenchmark {

  private static final int SHARDS = 16;
  private static final int VIRTUAL_NODES = 150;
  private static final int MASK = 1023;

  private final String join = Texts.join();
  private final Planner planner = Fixture.planner();
  private final HashRing ring =
      HashRing.builder()
          .shards(Stream.of(Fixture.shards(SHARDS)).map(ShardId::new).toList())
          .virtualNodes(VIRTUAL_NODES)
          .build();
  private final Key[] keys = new Key[MASK + 1];
  private final List<List<Object>> values = new java.util.ArrayList<>();
  private int turn;

  /** Fills the keys. */
  public StepBenchmark() {
    for (int i = 0; i <= MASK; i++) {
      keys[i] = Key.of((long) i * 7_919);
      values.add(List.of((long) i * 7_919));
    }
  }

  /** The shard of a key on a ring. */
  @Benchmark
  public ShardId ring() {
    return ring.shardOf(keys[turn++ & MASK]);
  }

  /** A cached statement, with its look-up, and the route of one execution. */
  @Benchmark
  public Route route() {
    Plan plan = planner.plan(Texts.POINT_SELECT);
    return plan.route(values.get(turn++ & MASK), Fixture.MAP);
  }

  /** The tree of a point select. */
  @Benchmark
  public ParsedSql parsePoint() {
    return SqlParser.parse(Texts.POINT_SELECT, QuestionMarks.PARAMETERS);
  }

  /** The tree of a join of forty lines. */
  @Benchmark
  public ParsedSql parseJoin() {
    return SqlParser.parse(join, QuestionMarks.PARAMETERS);
  }

  /** The plan of a point select that was never seen. */
  @Benchmark
  public Plan planPoint() {
    return planner.plan(Texts.POINT_SELECT + " AND " + turn++ + " > 0");
  }

  /** The plan of a point select that was never seen with this key in its text. */
  @Benchmark
  public Plan planLiteral() {
    return planner.plan("SELECT name FROM users WHERE user_id = " + turn++);
  }

  /** The plan of a join that was never seen. */
  @Benchmark
  public Plan planJoin() {
    return planner.plan(join + " OFFSET " + turn++);
  }
}
