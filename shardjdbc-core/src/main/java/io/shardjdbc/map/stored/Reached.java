package io.shardjdbc.map.stored;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.ShardId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How this process logs in to a shard that the map brings: as its configuration says. Where that
 * does not have the shard, as the map says, and as whoever logs in to the first shard; the map has
 * no credentials.
 */
record Reached(Configuration configuration) {

  ShardConfiguration of(ShardId shard, Reach reach) {
    for (ShardConfiguration configured : configuration.shards()) {
      if (configured.id().equals(shard)) {
        return configured;
      }
    }
    NodeConfiguration like = configuration.shards().get(0).primary();
    return new ShardConfiguration(
        shard,
        node(reach.primary(), like),
        reach.replicas().stream().map(url -> node(url, like)).toList());
  }

  private static NodeConfiguration node(String url, NodeConfiguration like) {
    if (!credentials(url).isEmpty()) {
      return NodeConfiguration.of(url);
    }
    List<String> theirs = credentials(like.url());
    String more = theirs.isEmpty() ? "" : (url.contains("?") ? "&" : "?");
    NodeConfiguration node = NodeConfiguration.of(url + more + String.join("&", theirs));
    return new NodeConfiguration(
        node.url(), like.username(), like.password(), node.zone(), node.use());
  }

  /** The parameters of a URL that say who logs in. */
  private static List<String> credentials(String url) {
    int at = url.indexOf('?');
    return at < 0
        ? List.of()
        : Arrays.stream(url.substring(at + 1).split("&", -1))
            .filter(Reached::isCredential)
            .toList();
  }

  private static boolean isCredential(String parameter) {
    String name = parameter.replaceFirst("=.*", "").toLowerCase(Locale.ROOT);
    return name.equals("user") || name.endsWith("password");
  }
}
