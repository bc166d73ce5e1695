package io.shardjdbc.tests.reshard;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.reshard.control.MoveFence;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each fence of a move on real servers: somebody stands still, or dies, exactly between the two
 * steps that it is there for. With the fence nothing is wrong, and without it something is.
 */
@LongRun
class MoveFencesTest {
  private static PostgresCluster cluster;
  private static MovingShards shards;

  @BeforeAll
  static void start() throws SQLException {
    cluster = PostgresCluster.builder().shards(2).start();
    cluster.createDatabase("app");
    shards = new MovingShards(cluster, "app");
  }

  @AfterAll
  static void stop() throws SQLException {
    shards.close();
    cluster.close();
  }

  /** Of fences that have a case together, all but one stand in it only when they are out. */
  private static List<MoveFence> fences() {
    List<MoveFence> all = List.of(MoveFence.values());
    return all.stream().filter(fence -> fence != MoveFence.BARRIER_BEFORE_COPY).toList();
  }

  @ParameterizedTest
  @MethodSource("fences")
  void whatAFenceKeepsOutDoesNotHappen(MoveFence fence) throws Exception {
    assertThat(FenceCases.of(fence, shards, cluster)).isEmpty();
  }

  @LongRun
  @ParameterizedTest
  @EnumSource
  void withoutAFenceItIsFound(MoveFence fence) throws Exception {
    fence.out(true);
    try {
      assertThat(FenceCases.of(fence, shards, cluster)).isNotEmpty();
    } finally {
      fence.out(false);
    }
  }
}
