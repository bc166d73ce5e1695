package io.shardjdbc.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.micrometer.ShardMetrics;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Micrometer's meters of the shards, where the application has a registry. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass({ShardMetrics.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnProperty(name = "shardjdbc.metrics.enabled", matchIfMissing = true)
@Conditional(OnShards.class)
public class ShardMetricsAutoConfiguration {

  /** For Spring. */
  public ShardMetricsAutoConfiguration() {}

  /** A listener, which the DataSource takes as it takes those of the application. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  ShardMetrics shardMetrics(MeterRegistry registry) {
    return ShardMetrics.of(registry);
  }

  /**
   * Begins to watch when all is there. Of several DataSources it is the primary one: whoever makes
   * more of them gives each one meters of its own.
   */
  @Bean
  SmartInitializingSingleton shardMetricsWatch(
      ShardMetrics metrics, ObjectProvider<ShardDataSource> dataSources) {
    return () -> dataSources.ifUnique(metrics::watch);
  }
}
