package io.shardjdbc.config;

import io.shardjdbc.driver.DriverEntry;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * A server of a shard: where it is and who connects to it.
 *
 * @param url a URL of the PostgreSQL driver that names one host; its parameters reach the driver
 * @param username empty when the URL says it, or the driver's default is meant
 * @param password empty when there is none
 * @param zone where it runs, for choosing replicas near by
 * @param use what it is kept for while it is a replica
 */
public record NodeConfiguration(
    String url,
    Optional<String> username,
    Optional<Secret> password,
    Optional<String> zone,
    NodeUse use) {

  public NodeConfiguration {
    Properties parsed = DriverEntry.parse(url);
    if (parsed == null) {
      throw fault("the URL is not one of PostgreSQL's driver, jdbc:postgresql://HOST/DATABASE");
    }
    // What is measured on one server must not be believed of another.
    if (parsed.getProperty(PGProperty.PG_HOST.getName(), "").contains(",")) {
      throw fault("the URL names several hosts; give each as a replica");
    }
    // The driver would go on behind a statement that failed, on one shard of several.
    if (parsed.getProperty(PGProperty.AUTOSAVE.getName(), "").equalsIgnoreCase("always")) {
      throw fault("autosave=always is not supported; set a savepoint before what may fail");
    }
    if (username.isPresent() && parsed.getProperty(PGProperty.USER.getName()) != null) {
      throw fault("the user is given both by username and in the URL");
    }
    if (password.isPresent() && parsed.getProperty(PGProperty.PASSWORD.getName()) != null) {
      throw fault("the password is given twice, once in the URL");
    }
  }

  /** A server for ordinary use that is reached with what the URL says. */
  public static NodeConfiguration of(String url) {
    return new NodeConfiguration(
        url, Optional.empty(), Optional.empty(), Optional.empty(), NodeUse.GENERAL);
  }

  /** The same server, with a user to connect as. */
  public NodeConfiguration as(String user, Secret secret) {
    return new NodeConfiguration(url, Optional.of(user), Optional.of(secret), zone, use);
  }

  /** The same server, in a zone. */
  public NodeConfiguration inZone(String newZone) {
    return new NodeConfiguration(url, username, password, Optional.of(newZone), use);
  }

  /** The same server, kept for something else. */
  public NodeConfiguration usedFor(NodeUse newUse) {
    return new NodeConfiguration(url, username, password, zone, newUse);
  }

  /**
   * Whether its driver keeps who has promised to only read from writing outside of transactions.
   */
  public boolean staysReadOnly() {
    return "always".equalsIgnoreCase(parsed().getProperty(PGProperty.READ_ONLY_MODE.getName()));
  }

  private Properties parsed() {
    Properties parsed = DriverEntry.parse(url);
    if (parsed == null) {
      throw new AssertionError("checked by the constructor");
    }
    return parsed;
  }

  /** Host, port, database and schema: two nodes with the same are the same rows. */
  String place() {
    Properties parsed = parsed();
    return String.join(
        " ",
        parsed.getProperty(PGProperty.PG_HOST.getName(), "").toLowerCase(Locale.ROOT),
        parsed.getProperty(PGProperty.PG_PORT.getName(), ""),
        parsed.getProperty(PGProperty.PG_DBNAME.getName(), ""),
        parsed.getProperty(PGProperty.CURRENT_SCHEMA.getName(), ""));
  }

  private static RoutingException fault(String reason) {
    return new RoutingException(ErrorCode.BAD_CONFIGURATION, reason);
  }

  /** Zone and use; never the URL, which may carry a password. */
  @Override
  public String toString() {
    return "node" + zone.map(z -> " in " + z).orElse("") + " (" + use + ")";
  }
}
