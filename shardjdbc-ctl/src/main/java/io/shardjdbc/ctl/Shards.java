package io.shardjdbc.ctl;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;

/** The shards as the application's configuration says how to reach them. */
record Shards(Configuration configuration) {

  static Shards of(Path file) {
    return new Shards(ConfigurationYaml.read(file));
  }

  RoutingConfiguration routing() {
    return configuration.routing();
  }

  Resharding mover() {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    for (ShardConfiguration shard : configuration.shards()) {
      servers.put(
          shard.id(),
          new ShardServers(
              shard.primary().url(),
              shard.replicas().stream().map(NodeConfiguration::url).toList(),
              properties(shard.primary())));
    }
    return Resharding.over(servers);
  }

  /** A DataSource that looks and ends nothing. The caller closes it. */
  ShardDataSource onlyLooking() throws SQLException {
    Configuration all = configuration;
    return ShardDataSource.of(
        new Configuration(
            all.shards(),
            all.routing(),
            all.reads(),
            all.hedging(),
            all.pool(),
            all.transactions().withMode(TransactionMode.SINGLE_SHARD),
            all.scatterTimeout(),
            all.gather(),
            all.durability(),
            all.schema(),
            all.ids()));
  }

  /** How shards are reached, without what is secret. */
  Map<ShardId, Reach> reach() {
    Map<ShardId, Reach> reach = new LinkedHashMap<>();
    for (ShardConfiguration shard : configuration.shards()) {
      List<String> replicas =
          shard.replicas().stream().map(node -> withoutCredentials(node.url())).toList();
      reach.put(shard.id(), new Reach(withoutCredentials(shard.primary().url()), replicas));
    }
    return reach;
  }

  /** How a shard is reached that the configuration has. */
  Reach reach(ShardId shard) {
    return Objects.requireNonNull(reach().get(shard));
  }

  /** The sharded tables that the map does not place, by name. */
  List<String> outside(MapDocument map) {
    return routing().tables().values().stream()
        .filter(Table.Sharded.class::isInstance)
        .map(Table::displayName)
        .filter(name -> !map.tables().containsKey(name))
        .sorted()
        .toList();
  }

  /** The tables of which every shard has a copy, by name. */
  List<String> copied() {
    return routing().tables().values().stream()
        .filter(Table.Reference.class::isInstance)
        .map(Table::displayName)
        .sorted()
        .toList();
  }

  /**
   * Refuses to let a shard leave on which the configuration has something that the map does not
   * move.
   */
  void requireFree(ShardId shard, MapDocument map) throws ReshardException {
    if (routing().needs(shard)) {
      throw new ReshardException(
          ErrorCode.SHARD_STAYS, shard, "tables of one shard live there, or their catalogue");
    }
    for (Table table : routing().tables().values()) {
      if (table instanceof Table.Sharded sharded
          && !map.tables().containsKey(table.displayName())
          && sharded.placement().shards().contains(shard)) {
        throw new ReshardException(
            ErrorCode.SHARD_STAYS,
            shard,
            "table " + table.displayName() + " is placed by the configuration, not by the map");
      }
    }
  }

  /** The shard of a name that the configuration has. */
  ShardId shard(String name) {
    return configuration.shards().stream()
        .map(ShardConfiguration::id)
        .filter(id -> id.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RoutingException(
                    ErrorCode.BAD_CONFIGURATION, "there is no shard " + name + " in it"));
  }

  private static Properties properties(NodeConfiguration node) {
    Properties properties = new Properties();
    node.username().ifPresent(user -> properties.setProperty("user", user));
    node.password().ifPresent(secret -> properties.setProperty("password", secret.value()));
    return properties;
  }

  private static String withoutCredentials(String url) {
    int at = url.indexOf('?');
    if (at < 0) {
      return url;
    }
    String parameters =
        Arrays.stream(url.substring(at + 1).split("&", -1))
            .filter(parameter -> !isCredential(parameter.replaceFirst("=.*", "")))
            .collect(Collectors.joining("&"));
    return parameters.isEmpty() ? url.substring(0, at) : url.substring(0, at) + "?" + parameters;
  }

  private static boolean isCredential(String name) {
    return name.equals("user") || name.toLowerCase(Locale.ROOT).endsWith("password");
  }
}
