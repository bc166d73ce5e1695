package io.shardjdbc.spring.boot;

import io.opentelemetry.api.OpenTelemetry;
import io.shardjdbc.opentelemetry.ShardTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Spans of statements and requests, where the application has OpenTelemetry. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration",
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration"
    })
@ConditionalOnClass({ShardTelemetry.class, OpenTelemetry.class})
@ConditionalOnBean(OpenTelemetry.class)
@ConditionalOnProperty(name = "shardjdbc.telemetry.enabled", matchIfMissing = true)
@Conditional(OnShards.class)
public class ShardTelemetryAutoConfiguration {

  /** For Spring. */
  public ShardTelemetryAutoConfiguration() {}

  /** A listener; an application that has the agent makes one of its own with less. */
  @Bean
  @ConditionalOnMissingBean
  ShardTelemetry shardTelemetry(OpenTelemetry telemetry) {
    return ShardTelemetry.of(telemetry);
  }
}
