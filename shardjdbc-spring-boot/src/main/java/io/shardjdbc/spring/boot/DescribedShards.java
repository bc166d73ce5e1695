package io.shardjdbc.spring.boot;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.config.NodeDefaults;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.ShardUrl;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
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

  /** The resource on the class path that the file is; null where there is none. */
  @Nullable String resource() {
    String place = environment.getProperty(PLACE);
    String described = place != null ? place : url();
    if (described == null) {
      return null;
    }
    ShardUrl parsed = ShardUrl.parse(described, new Properties());
    String name = parsed.place();
    return parsed.onClassPath() ? name.startsWith("/") ? name.substring(1) : name : null;
  }

  /**
   * Reads the one description there is.
   *
   * @param known where the shards are, if something else knows it
   */
  Configuration read(@Nullable ShardConnectionDetails known) {
    String place = environment.getProperty(PLACE);
    String url = url();
    Map<String, Object> inFull = inFull();
    int described =
        (place == null ? 0 : 1) + (url == null ? 0 : 1) + (inFull.containsKey(SHARDS) ? 1 : 0);
    if (known != null && place == null && url == null) {
      inFull.put(SHARDS, names(known.shards()));
    } else if (described > 1) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "shards are described twice; set one of shardjdbc.config, shardjdbc.shards and"
              + " spring.datasource.url");
    }
    Properties given = given();
    if (place != null || url != null) {
      Configuration read =
          ShardUrl.parse(place != null ? place : String.valueOf(url), given)
              .read(environment::getProperty);
      return known == null ? read : at(known.shards(), read);
    }
    Optional<Secret> password = Optional.ofNullable(given.getProperty("password")).map(Secret::new);
    NodeDefaults defaults =
        new NodeDefaults(Optional.ofNullable(given.getProperty("user")), password, Map.of());
    Configuration read =
        ConfigurationYaml.parse(PropertiesYaml.of(inFull), environment::getProperty);
    return defaults.in(known == null ? read : ordered(known.shards(), read));
  }

  /** By the names of shards it is decided where rows lie, so the same names have to be there. */
  private static Configuration at(List<ShardConfiguration> shards, Configuration read) {
    List<ShardId> names = shards.stream().map(ShardConfiguration::id).toList();
    List<ShardId> described = read.shards().stream().map(ShardConfiguration::id).toList();
    if (!names.equals(described)) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "the service connection has the shards " + names + ", the file has " + described);
    }
    return read.withShards(shards);
  }

  /** What else is known of them comes beside the text, in which it would be read anew. */
  private static Map<String, Object> names(List<ShardConfiguration> shards) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (ShardConfiguration shard : shards) {
      all.put(shard.id().name(), "jdbc:postgresql://known/" + all.size());
    }
    return all;
  }

  private static Configuration ordered(List<ShardConfiguration> shards, Configuration read) {
    Map<ShardId, ShardConfiguration> byName =
        shards.stream().collect(Collectors.toMap(ShardConfiguration::id, shard -> shard));
    return read.withShards(
        read.shards().stream().map(shard -> byName.getOrDefault(shard.id(), shard)).toList());
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
