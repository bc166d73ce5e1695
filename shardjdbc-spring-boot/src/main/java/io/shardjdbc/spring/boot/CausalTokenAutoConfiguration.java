package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import jakarta.servlet.Filter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/** Tokens that travel with requests, where {@code shardjdbc.causal-token.enabled} says so. */
@AutoConfiguration(after = ShardDataSourceAutoConfiguration.class)
@ConditionalOnProperty("shardjdbc.causal-token.enabled")
@ConditionalOnBean(ShardDataSource.class)
public class CausalTokenAutoConfiguration {

  /** For Spring. */
  public CausalTokenAutoConfiguration() {}

  /** Of an application that serves requests. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({Filter.class, OncePerRequestFilter.class})
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  static class Serving {

    /** Early, so that whatever uses the DataSource runs behind it. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 100)
    Filter causalTokenFilter(ShardDataSource dataSource, ShardProperties properties) {
      return new CausalTokenFilter(dataSource, properties.getCausalToken().getHeader());
    }

    /** For clients that the application makes. */
    @Bean
    CausalTokenInterceptor causalTokenInterceptor(
        ShardDataSource dataSource, ShardProperties properties) {
      return new CausalTokenInterceptor(dataSource, properties.getCausalToken().getHeader());
    }
  }
}
