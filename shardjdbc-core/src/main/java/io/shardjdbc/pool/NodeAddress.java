package io.shardjdbc.pool;

import io.shardjdbc.driver.DriverEntry;
import io.shardjdbc.observe.Server;
import io.shardjdbc.routing.ShardId;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

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

  /** As listeners see it. */
  Server server() {
    Properties parsed = DriverEntry.parse(url);
    return new Server(
        shard,
        name,
        text(parsed, PGProperty.PG_HOST),
        Integer.parseInt("0" + text(parsed, PGProperty.PG_PORT)),
        text(parsed, PGProperty.PG_DBNAME));
  }

  private static String text(@Nullable Properties parsed, PGProperty property) {
    return parsed == null ? "" : parsed.getProperty(property.getName(), "");
  }

  /** The node's name alone: a URL may carry a password. */
  @Override
  public String toString() {
    return name;
  }
}
