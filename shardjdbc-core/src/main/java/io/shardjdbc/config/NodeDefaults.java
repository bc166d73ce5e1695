package io.shardjdbc.config;

import io.shardjdbc.driver.DriverEntry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * What servers get that do not say it themselves: for programs that can be given one user, one
 * password and one URL only.
 *
 * @param username of servers that name none
 * @param password of servers that name none and that the default user connects to
 * @param parameters of the PostgreSQL driver, for URLs that do not have them
 */
public record NodeDefaults(
    Optional<String> username, Optional<Secret> password, Map<String, String> parameters) {

  /** Nothing is said. */
  public static final NodeDefaults NONE =
      new NodeDefaults(Optional.empty(), Optional.empty(), Map.of());

  public NodeDefaults {
    parameters = Map.copyOf(parameters);
  }

  /** The configuration with these defaults at all its servers. */
  public Configuration in(Configuration configuration) {
    if (equals(NONE)) {
      return configuration;
    }
    return configuration.withShards(configuration.shards().stream().map(this::in).toList());
  }

  private ShardConfiguration in(ShardConfiguration shard) {
    return new ShardConfiguration(
        shard.id(), in(shard.primary()), shard.replicas().stream().map(this::in).toList());
  }

  private NodeConfiguration in(NodeConfiguration node) {
    Properties own = DriverEntry.parse(node.url());
    boolean hasUser = node.username().isPresent() || has(own, PGProperty.USER);
    boolean hasPassword = node.password().isPresent() || has(own, PGProperty.PASSWORD);
    // Another user has another password.
    boolean ofUser = !hasUser || node.username().equals(username);
    return new NodeConfiguration(
        withParameters(node.url(), own),
        hasUser ? node.username() : username,
        hasPassword || !ofUser ? node.password() : password,
        node.zone(),
        node.use());
  }

  private static boolean has(@Nullable Properties own, PGProperty property) {
    return own != null && own.getProperty(property.getName()) != null;
  }

  private String withParameters(String url, @Nullable Properties own) {
    StringBuilder all = new StringBuilder(url);
    char before = url.contains("?") ? '&' : '?';
    for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
      if (own == null || own.getProperty(parameter.getKey()) == null) {
        all.append(before).append(encoded(parameter.getKey()));
        all.append('=').append(encoded(parameter.getValue()));
        before = '&';
      }
    }
    return all.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Their names; values may be secrets. */
  @Override
  public String toString() {
    return "defaults " + parameters.keySet();
  }
}
