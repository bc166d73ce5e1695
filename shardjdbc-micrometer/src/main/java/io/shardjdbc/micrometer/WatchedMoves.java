package io.shardjdbc.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.shardjdbc.MapShares;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardMove;
import io.shardjdbc.routing.MapEpoch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gauges of moves of rows between the shards of one DataSource, and of the map it goes by. */
final class WatchedMoves {

  private static final Logger LOG = LoggerFactory.getLogger(ShardMetrics.class);

  private final ShardDataSource dataSource;
  private final MultiGauge steps;
  private final MultiGauge ages;
  private final MultiGauge shares;
  private final MultiGauge logs;
  private final MultiGauge epochs;

  WatchedMoves(MeterRegistry registry, ShardDataSource dataSource) {
    this.dataSource = dataSource;
    this.steps =
        MultiGauge.builder("shard.moves")
            .description("Moves of rows between two shards that have not ended, by their step")
            .register(registry);
    this.ages =
        MultiGauge.builder("shard.move.step.age")
            .description("How long such moves have been at this step, at most")
            .baseUnit("seconds")
            .register(registry);
    this.shares =
        MultiGauge.builder("shard.move.share")
            .description("How much of all positions such moves bring to the target")
            .register(registry);
    this.logs =
        MultiGauge.builder("shard.move.kept.log")
            .description("How much of its log a server keeps for such moves")
            .baseUnit("bytes")
            .register(registry);
    this.epochs =
        MultiGauge.builder("shard.map.epoch")
            .description("The number of the map's epoch by which this process routes")
            .register(registry);
  }

  /** Numbers of different maps do not compare, so each map has a series of its own. */
  void lookAtMap() throws SQLException {
    MapEpoch epoch = MapShares.of(dataSource).epoch();
    String map = epoch.equals(MapEpoch.STATIC) ? "none" : epoch.mapId().toString();
    epochs.register(List.of(Row.of(Tags.of("map", map), epoch.number())), true);
  }

  void look() {
    Map<Tags, List<ShardMove>> moves = new LinkedHashMap<>();
    try {
      for (ShardMove move : dataSource.moves()) {
        Tags tags =
            Tags.of(
                "source",
                move.source().name(),
                "target",
                move.target().name(),
                "step",
                move.step());
        moves.computeIfAbsent(tags, same -> new ArrayList<>()).add(move);
      }
    } catch (SQLException e) {
      LOG.debug("some shard could not be asked what moves", e);
      return;
    }
    register(steps, moves, List::size);
    register(
        ages,
        moves,
        all -> all.stream().mapToDouble(m -> m.inStep().toNanos() / 1e9).max().orElse(0));
    register(shares, moves, all -> all.stream().mapToDouble(ShardMove::share).sum());
    register(logs, moves, all -> all.stream().mapToDouble(ShardMove::keptLog).max().orElse(0));
  }

  private static void register(
      MultiGauge gauge, Map<Tags, List<ShardMove>> moves, ToDoubleFunction<List<ShardMove>> of) {
    List<Row<?>> rows = new ArrayList<>();
    moves.forEach((tags, same) -> rows.add(Row.of(tags, of.applyAsDouble(same))));
    gauge.register(rows, true);
  }
}
