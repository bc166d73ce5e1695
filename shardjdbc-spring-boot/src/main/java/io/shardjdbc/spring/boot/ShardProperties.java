package io.shardjdbc.spring.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code shardjdbc.*} says to the starter itself. What it says of shards, tables and the rest
 * is read as a configuration file is.
 */
@ConfigurationProperties("shardjdbc")
public class ShardProperties {

  private final Health health = new Health();
  private final CausalToken causalToken = new CausalToken();

  /** For Spring. */
  public ShardProperties() {}

  /** What the health of shards says. */
  public Health getHealth() {
    return health;
  }

  /** Tokens that travel with requests. */
  public CausalToken getCausalToken() {
    return causalToken;
  }

  /** What the health of shards says. */
  public static class Health {

    private ReadOnly readOnly = ReadOnly.UP;

    /** For Spring. */
    public Health() {}

    /** What a shard is that serves reads and no writes. */
    public ReadOnly getReadOnly() {
      return readOnly;
    }

    /** What a shard is that serves reads and no writes. */
    public void setReadOnly(ReadOnly readOnly) {
      this.readOnly = readOnly;
    }
  }

  /** What a shard counts as that serves reads and no writes. */
  public enum ReadOnly {
    /** The application goes on; the level is among the details. */
    UP,
    /** A readiness group that includes the shards sends requests elsewhere. */
    OUT_OF_SERVICE
  }

  /** Tokens that travel with requests. */
  public static class CausalToken {

    private boolean enabled;
    private String header = "X-Causal-Token";

    /** For Spring. */
    public CausalToken() {}

    /** Whether requests carry them. */
    public boolean isEnabled() {
      return enabled;
    }

    /** Whether requests carry them. */
    public void setEnabled(boolean enabled) {
      this.enabled = enabled;
    }

    /** The header's name. */
    public String getHeader() {
      return header;
    }

    /** The header's name. */
    public void setHeader(String header) {
      this.header = header;
    }
  }
}
