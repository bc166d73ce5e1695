package io.shardjdbc.spring.boot3;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.spring.boot.ShardDataSourceAutoConfiguration;
import io.shardjdbc.spring.boot.ShardProperties;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The health of shards, one below the other, where the application shows its health. */
@AutoConfiguration(after = ShardDataSourceAutoConfiguration.class)
@ConditionalOnClass(CompositeHealthContributor.class)
@ConditionalOnBean(ShardDataSource.class)
@ConditionalOnProperty(name = "management.health.shards.enabled", matchIfMissing = true)
public class ShardHealthAutoConfiguration {

  /** For Spring. */
  public ShardHealthAutoConfiguration() {}

  /** The contributor {@code shards}. */
  @Bean
  @ConditionalOnMissingBean(name = "shardsHealthContributor")
  CompositeHealthContributor shardsHealthContributor(
      ShardDataSource dataSource, ShardProperties properties) {
    return new ShardsHealth(dataSource, properties.getHealth().getReadOnly());
  }
}
