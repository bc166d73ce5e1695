package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardIds;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StatementLog;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The DataSource over shards, where the application describes one and has no other.
 *
 * <p>No pool stands around it: it has one for each server. It is closed with the context, after
 * whatever uses it.
 */
@AutoConfiguration(
    beforeName = {
      ShardDataSourceAutoConfiguration.OF_BOOT_3,
      ShardDataSourceAutoConfiguration.OF_BOOT_4
    },
    after = {ShardMetricsAutoConfiguration.class, ShardTelemetryAutoConfiguration.class})
@ConditionalOnMissingBean(DataSource.class)
@Conditional(OnShards.class)
@EnableConfigurationProperties(ShardProperties.class)
public class ShardDataSourceAutoConfiguration {

  static final String OF_BOOT_3 =
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration";
  static final String OF_BOOT_4 =
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

  /** For Spring. */
  public ShardDataSourceAutoConfiguration() {}

  /** Opens it; servers are connected to when statements first need them. */
  @Bean(destroyMethod = "close")
  ShardDataSource shardDataSource(
      ConfigurableEnvironment environment,
      ShardProperties properties,
      ObjectProvider<ShardConnectionDetails> known,
      ObjectProvider<ShardListener> listeners)
      throws SQLException {
    io.shardjdbc.config.Configuration configuration =
        new DescribedShards(environment).read(known.getIfAvailable());
    List<ShardListener> all = new ArrayList<>(listeners.orderedStream().toList());
    boolean withTokens = properties.getCausalToken().isEnabled() && RequestIntents.isInWeb();
    if (withTokens) {
      all.add(new WrittenShardsListener());
    }
    ShardDataSource dataSource =
        ShardDataSource.of(configuration, all.toArray(ShardListener[]::new));
    if (withTokens) {
      dataSource.reads().intents(new RequestIntents());
    }
    return dataSource;
  }

  /** Ids for rows, which are made by this process and never twice by any. */
  @Bean
  @ConditionalOnMissingBean
  ShardIds shardIds(ShardDataSource dataSource) {
    return dataSource.ids();
  }

  /** Suspends the DataSource while the context is stopped. */
  @Bean
  ShardLifecycle shardLifecycle(ShardDataSource dataSource, ApplicationContext context) {
    return new ShardLifecycle(dataSource, context);
  }

  /** Writes to the log what {@code shardjdbc.log} asks for. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(StatementLog.class)
  @Conditional(AsksForLog.class)
  static class Logging {

    @Bean
    StatementLog shardStatementLog(ShardProperties properties) {
      return properties.getLog().made();
    }
  }

  /** Whether any of it is asked for. */
  static class AsksForLog extends AnyNestedCondition {

    AsksForLog() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("shardjdbc.log.slower-than")
    static class Slow {}

    @ConditionalOnProperty("shardjdbc.log.advice-every")
    static class Advice {}

    @ConditionalOnProperty("shardjdbc.log.cross-shard")
    static class CrossShard {}
  }
}
