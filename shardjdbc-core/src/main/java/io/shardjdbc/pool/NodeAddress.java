package io.shardjdbc.pool;

import io.shardjdbc.routing.ShardId;
import org.jspecify.annotations.Nullable;

/**
 * Where a node is and who connects to it.
 *
 * @param name the node's name for people, such as {@code s0} or {@code s0/replica1}
 * @param url a URL of the PostgreSQL driver; its own parameters win over those of the library
 */
public record NodeAddress(
    ShardId shard, String name, String url, @Nullable String username, @Nullable String password) {

  /** Its host, port and database: parameters of a URL may differ, and hold a password. */
  static String place(String url) {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  String place() {
    return place(url);
  }

  /** The node's name alone: a URL may carry a password. */
  @Override
  public String toString() {
    return name;
  }
}
