package io.shardjdbc.tests.moment;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import io.shardjdbc.testkit.Whole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How long circles last with the usual interval.
 *
 * <p>{@code -Dshardjdbc.deadlocks.circles=50} makes as many of each shape; the times are printed.
 */
@LongRun
class DeadlockTimesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(4));

  private static final int CIRCLES = Integer.getInteger("shardjdbc.deadlocks.circles", 1);

  private static ShardDataSource dataSource;

  /** Who is in a circle. */
  private enum Shape {
    TWO_OVER_2_SHARDS,
    THREE_OVER_3_SHARDS,
    FOUR_OVER_4_SHARDS,
    TWO_THROUGH_A_PREPARED_PART,
    TWO_THROUGH_A_PREPARED_PART_OF_THE_OLDER;

    private WaitCircle make() throws Exception {
      return switch (this) {
        case TWO_OVER_2_SHARDS -> WaitCircle.of(dataSource, 2);
        case THREE_OVER_3_SHARDS -> WaitCircle.of(dataSource, 3);
        case FOUR_OVER_4_SHARDS -> WaitCircle.of(dataSource, 4);
        case TWO_THROUGH_A_PREPARED_PART -> WaitCircle.throughPrepared(dataSource, true);
        case TWO_THROUGH_A_PREPARED_PART_OF_THE_OLDER ->
            WaitCircle.throughPrepared(dataSource, false);
      };
    }
  }

  @BeforeAll
  static void open() throws Exception {
    dataSource = Bank.createAndOpen(cluster.primaryUrls(), Bank.settings());
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  /** {@link DeadlockTest} has all of them in any case. */
  static List<Shape> shapes() {
    return Whole.or(
        List.of(Shape.TWO_OVER_2_SHARDS, Shape.TWO_THROUGH_A_PREPARED_PART),
        List.of(Shape.values()));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @Timeout(value = 2, unit = TimeUnit.HOURS) // as long as it is told to
  void eachCircleEndsWithOneVictim(Shape shape) throws Exception {
    long before = dataSource.transactions().deadlocks();
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < CIRCLES; i++) {
      WaitCircle circle = shape.make();
      circle.assertOneVictim();
      times.add(circle.lasted());
    }
    assertThat(dataSource.transactions().deadlocks() - before).isEqualTo(CIRCLES);
    times.sort(null);
    System.out.printf(
        "%s: %d circles, one victim each; ended after %d ms (median), %d ms (longest)%n",
        shape,
        times.size(),
        times.get(times.size() / 2).toMillis(),
        times.get(times.size() - 1).toMillis());
  }
}
