package io.shardjdbc.reshard;

import java.util.List;
import java.util.Properties;

/**
 * How a mover reaches the servers of one shard.
 *
 * @param primary JDBC URL of the primary; after a failover it is looked for among the replicas
 * @param replicas JDBC URLs of all replicas: one that is not named is not waited for
 * @param properties of the driver: the user, its password, certificates
 */
public record ShardServers(String primary, List<String> replicas, Properties properties) {

  public ShardServers {
    replicas = List.copyOf(replicas);
    Properties copy = new Properties();
    copy.putAll(properties);
    properties = copy;
  }

  /** A shard without replicas, whose URL says who connects. */
  public static ShardServers of(String primary) {
    return new ShardServers(primary, List.of(), new Properties());
  }

  @Override
  public String toString() {
    return shown(primary) + " and " + replicas.size() + " replicas";
  }

  /** A URL without what may be secret in it. */
  public static String shown(String url) {
    return url.replaceFirst("\\?.*", "");
  }
}
