package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The endpoint that shows shards, where there are endpoints; exposing it is up to the user. */
@AutoConfiguration(after = ShardDataSourceAutoConfiguration.class)
@ConditionalOnClass(Endpoint.class)
@ConditionalOnBean(ShardDataSource.class)
public class ShardsEndpointAutoConfiguration {

  /** For Spring. */
  public ShardsEndpointAutoConfiguration() {}

  /** The endpoint. */
  @Bean
  @ConditionalOnMissingBean
  ShardsEndpoint shardsEndpoint(ShardDataSource dataSource) {
    return new ShardsEndpoint(dataSource);
  }
}
