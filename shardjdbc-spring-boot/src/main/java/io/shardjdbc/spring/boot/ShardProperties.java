package io.shardjdbc.spring.boot;

import io.shardjdbc.observe.StatementLog;
import io.shardjdbc.observe.StatementLogBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code shardjdbc.*} says to the starter itself. What it says of shards, tables and the rest
 * is read as a configuration file is.
 */
@ConfigurationProperties("shardjdbc")
public class ShardProperties {

  private final Health health = new Health();
  private final CausalToken causalToken = new CausalToken();
  private final Log log = new Log();

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

  /** What is written to the log. */
  public Log getLog() {
    return log;
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

  /** What is written to the log. */
  public static class Log {

    private @Nullable Duration slowerThan;
    private @Nullable Duration adviceEvery;
    private boolean crossShard;
    private int oneOf = 1;

    /** For Spring. */
    public Log() {}

    /** Statements that take at least as long are written to {@code io.shardjdbc.slow}. */
    public @Nullable Duration getSlowerThan() {
      return slowerThan;
    }

    /** Statements that take at least as long are written to {@code io.shardjdbc.slow}. */
    public void setSlowerThan(@Nullable Duration slowerThan) {
      this.slowerThan = slowerThan;
    }

    /** How often {@code io.shardjdbc.advice} gets the costliest statements over several shards. */
    public @Nullable Duration getAdviceEvery() {
      return adviceEvery;
    }

    /** How often {@code io.shardjdbc.advice} gets the costliest statements over several shards. */
    public void setAdviceEvery(@Nullable Duration adviceEvery) {
      this.adviceEvery = adviceEvery;
    }

    /** Whether {@code io.shardjdbc.cross-shard} gets statements over several shards. */
    public boolean isCrossShard() {
      return crossShard;
    }

    /** Whether {@code io.shardjdbc.cross-shard} gets statements over several shards. */
    public void setCrossShard(boolean crossShard) {
      this.crossShard = crossShard;
    }

    /** One of how many statements over several shards is taken into account. */
    public int getOneOf() {
      return oneOf;
    }

    /** One of how many statements over several shards is taken into account. */
    public void setOneOf(int oneOf) {
      this.oneOf = oneOf;
    }

    StatementLog made() {
      StatementLogBuilder builder = StatementLog.builder().oneOf(oneOf);
      if (slowerThan != null) {
        builder.slowerThan(slowerThan);
      }
      if (adviceEvery != null) {
        builder.adviceEvery(adviceEvery);
      }
      return (crossShard ? builder.crossShard() : builder).build();
    }
  }
}
