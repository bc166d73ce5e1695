package io.shardjdbc.spring.boot;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.config.NodeDefaults;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardUrl;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The shards as the application's properties describe them: by the place of a file, or in full.
 *
 * <p>{@code ${NAME}} in a file is looked up among the properties, the environment's variables among
 * them. User and password of {@code spring.datasource} are for servers that name none.
 */
final class DescribedShards {

  private static final String PLACE = "shardjdbc.config";
  private static final String ALL = "shardjdbc";
  private static final String SHARDS = "shards";
  private static final String URL = "spring.datasource.url";

  private final ConfigurableEnvironment environment;

  DescribedShards(ConfigurableEnvironment environment) {
    this.environment = environment;
  }

  boolean areThere() {
    return url() != null || areOfOurs();
  }

  /** Whether properties of the library's own describe them. */
  boolean areOfOurs() {
    return environment.containsProperty(PLACE) || inFull().containsKey(SHARDS);
  }

  private @Nullable String url() {
    String url = environment.getProperty(URL);
    return url != null && ShardUrl.accepts(url) ? url : null;
  }

  /** Without what the JVM was told that is no part of a configuration, by whatever else runs. */
  private Map<String, Object> inFull() {
    Map<String, Object> bound =
        Binder.get(environment)
            .bind(ALL, Bindable.mapOf(String.class, Object.class))
            .orElse(Map.of());
    Map<String, Object> inFull = new LinkedHashMap<>(bound);
    inFull.keySet().removeIf(key -> !PropertiesYaml.isKnown(key) && isOfJvm(ALL + "." + key));
    return inFull;
  }

  private boolean isOfJvm(String prefix) {
    return environment.getSystemProperties().keySet().stream().anyMatch(k -> k.startsWith(prefix));
  }

  /** Reads the one description there is. */
  Configuration read() {
    String place = environment.getProperty(PLACE);
    String url = url();
    Map<String, Object> inFull = inFull();
    int described =
        (place == null ? 0 : 1) + (url == null ? 0 : 1) + (inFull.containsKey(SHARDS) ? 1 : 0);
    if (described > 1) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "shards are described twice; set one of shardjdbc.config, shardjdbc.shards and"
              + " spring.datasource.url");
    }
    Properties given = given();
    if (place != null || url != null) {
      return ShardUrl.parse(place != null ? place : String.valueOf(url), given)
          .read(environment::getProperty);
    }
    Optional<Secret> password = Optional.ofNullable(given.getProperty("password")).map(Secret::new);
    NodeDefaults defaults =
        new NodeDefaults(Optional.ofNullable(given.getProperty("user")), password, Map.of());
    return defaults.in(
        ConfigurationYaml.parse(PropertiesYaml.of(inFull), environment::getProperty));
  }

  private Properties given() {
    Properties given = new Properties();
    put(given, "user", "username");
    put(given, "password", "password");
    return given;
  }

  private void put(Properties given, String name, String property) {
    String own = environment.getProperty(ALL + "." + property);
    String value = own != null ? own : environment.getProperty("spring.datasource." + property);
    if (value != null) {
      given.setProperty(name, value);
    }
  }
}
