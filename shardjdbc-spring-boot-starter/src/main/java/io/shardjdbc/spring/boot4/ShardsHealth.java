package io.shardjdbc.spring.boot4;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.spring.boot.ShardProperties;
import io.shardjdbc.spring.boot.ShardState;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health of all shards there are now. */
final class ShardsHealth implements CompositeHealthContributor {

  private final ShardDataSource dataSource;
  private final ShardProperties.ReadOnly readOnly;

  ShardsHealth(ShardDataSource dataSource, ShardProperties.ReadOnly readOnly) {
    this.dataSource = dataSource;
    this.readOnly = readOnly;
  }

  @Override
  public @Nullable HealthContributor getContributor(String name) {
    return ShardState.names(dataSource).contains(name) ? indicator(name) : null;
  }

  @Override
  public Stream<HealthContributors.Entry> stream() {
    return ShardState.names(dataSource).stream()
        .map(name -> new HealthContributors.Entry(name, indicator(name)));
  }

  private HealthIndicator indicator(String shard) {
    return () -> health(ShardState.of(dataSource, shard, readOnly));
  }

  private static Health health(ShardState state) {
    Health.Builder builder =
        switch (state.status()) {
          case UP -> Health.up();
          case OUT_OF_SERVICE -> Health.outOfService();
          case DOWN -> Health.down();
        };
    return builder.withDetails(state.details()).build();
  }
}
