package io.shardjdbc;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationBuilder;
import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.config.IdSettings;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.config.SchemaMode;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.error.Asking;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Describes a {@link ShardDataSource} in code, as a file would. Not thread-safe.
 *
 * <pre>{@code
 * ShardDataSource.builder()
 *     .shard("s0", "jdbc:postgresql://db0/app?user=app")
 *     .shard("s1", "jdbc:postgresql://db1/app?user=app")
 *     .tables(t -> t.sharded("users", "user_id").reference("countries"))
 *     .build();
 * }</pre>
 */
public final class ShardDataSourceBuilder {

  private final ConfigurationBuilder configuration = Configuration.builder();
  private final List<ShardListener> listeners = new ArrayList<>();

  ShardDataSourceBuilder() {}

  /** Adds a shard of one server. */
  public ShardDataSourceBuilder shard(String name, String url) {
    return shard(ShardConfiguration.of(name, NodeConfiguration.of(url)));
  }

  /** Adds a shard. */
  public ShardDataSourceBuilder shard(ShardConfiguration shard) {
    configuration.shard(shard);
    return this;
  }

  /** Declares tables; the shards are known to the builder that is handed in. */
  public ShardDataSourceBuilder tables(Consumer<RoutingConfiguration.Builder> declarations) {
    configuration.tables(declarations);
    return this;
  }

  /** The size and the patience of each server's pool. */
  public ShardDataSourceBuilder pool(PoolConfiguration pool) {
    configuration.pool(pool);
    return this;
  }

  /** How commits over several shards work, in every detail. */
  public ShardDataSourceBuilder transactions(TransactionSettings settings) {
    configuration.transactions(settings);
    return this;
  }

  /** How reads use replicas; each in turn, within 1 s, unless told. */
  public ShardDataSourceBuilder reads(ReadSettings reads) {
    configuration.reads(reads);
    return this;
  }

  /** Asks a second replica where the first takes long; never unless told. */
  public ShardDataSourceBuilder hedging(HedgeSettings hedging) {
    configuration.hedging(hedging);
    return this;
  }

  /**
   * Lets commits of writes to a table wait at least for something; what the server does by itself
   * unless told.
   *
   * @param table its name as declared
   */
  public ShardDataSourceBuilder durability(String table, Durability wanted) {
    configuration.durability(table, wanted);
    return this;
  }

  /** What a transaction may do on a second shard; nothing but read unless told. */
  public ShardDataSourceBuilder transactions(TransactionMode mode) {
    configuration.transactions(mode);
    return this;
  }

  /** How long a statement over several shards may take in all; 30 s unless told. */
  public ShardDataSourceBuilder scatterTimeout(Duration timeout) {
    configuration.scatterTimeout(timeout);
    return this;
  }

  /** How much a statement may gather on one server; 100,000 rows and 64 MB unless told. */
  public ShardDataSourceBuilder gather(GatherLimits limits) {
    configuration.gather(limits);
    return this;
  }

  /** How numbers of sequences are taken; as many as a statement needs unless told. */
  public ShardDataSourceBuilder ids(IdSettings settings) {
    configuration.ids(settings);
    return this;
  }

  /** What becomes of constraints that hold on each shard only; warnings unless told. */
  public ShardDataSourceBuilder schema(SchemaMode mode) {
    configuration.schema(mode);
    return this;
  }

  /**
   * Says of constraints and unique indexes of a table that they may hold on each shard only: {@code
   * perShard("users", "users_email_key")}.
   */
  public ShardDataSourceBuilder perShard(String table, String... constraints) {
    configuration.perShard(table, constraints);
    return this;
  }

  /** Gives the serial and identity columns of a table Snowflake ids instead of its sequence's. */
  public ShardDataSourceBuilder snowflakeIds(String table) {
    configuration.snowflakeIds(table);
    return this;
  }

  /** Refuses statements that would gather rows; groups are still put together. */
  public ShardDataSourceBuilder refuseGather() {
    configuration.refuseGather();
    return this;
  }

  /** Adds one who hears of what the DataSource does. */
  public ShardDataSourceBuilder listener(ShardListener hearing) {
    listeners.add(hearing);
    return this;
  }

  /**
   * Opens it.
   *
   * @throws SQLException if something in it contradicts the rest
   */
  public ShardDataSource build() throws SQLException {
    return Asking.of(
        () -> ShardDataSource.of(configuration.build(), listeners, CommitObserver.NONE));
  }
}
