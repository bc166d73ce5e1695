package io.shardjdbc.spring.boot3;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.spring.boot.ShardProperties;
import io.shardjdbc.spring.boot.ShardState;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.NamedContributor;

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
  public Iterator<NamedContributor<HealthContributor>> iterator() {
    return ShardState.names(dataSource).stream()
        .map(name -> NamedContributor.of(name, (HealthContributor) indicator(name)))
        .iterator();
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
