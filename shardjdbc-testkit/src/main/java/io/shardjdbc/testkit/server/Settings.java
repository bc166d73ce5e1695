package io.shardjdbc.testkit.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** Server settings: what every server of the test kit gets, before the user's own. */
public final class Settings {

  private Settings() {}

  /** The settings common to local servers and containers. */
  public static Map<String, String> common(int major) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("wal_level", "logical");
    settings.put("hot_standby", "on");
    settings.put("max_connections", "200");
    settings.put("max_prepared_transactions", "100");
    settings.put("max_wal_senders", "10");
    settings.put("max_replication_slots", "10");
    settings.put("max_worker_processes", "8");
    settings.put("shared_buffers", "16MB");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    // Primary and replicas start together, and replicas come back as soon as they can.
    settings.put("wal_retrieve_retry_interval", "100ms");
    // Enough for a replica that is down for some time; more is a user's setting.
    settings.put("wal_keep_size", "64MB");
    settings.put("max_wal_size", "128MB");
    // In the data directory, which vanishes even if the server is killed.
    settings.put("dynamic_shared_memory_type", "mmap");
    // The operating system outlives the test: killing a server loses nothing that was written.
    settings.put("fsync", "off");
    settings.put("full_page_writes", "off");
    // A process for each database, again and again, for tables that live for seconds.
    settings.put("autovacuum", "off");
    if (major >= 18) {
      settings.put("io_method", "sync");
    }
    return settings;
  }

  /** The settings of servers that this JVM starts. */
  static Map<String, String> local(int major) {
    Map<String, String> settings = common(major);
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    return settings;
  }

  /** One line of {@code postgresql.conf}. */
  public static String line(String name, String value) {
    return name + " = '" + value.replace("'", "''") + "'\n";
  }
}
