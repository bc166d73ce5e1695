package io.shardjdbc.config;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Configuration}; each method is explained at the component of the same name. */
public final class ConfigurationBuilder {
  private final List<ShardConfiguration> shards = new ArrayList<>();
  private final List<Consumer<RoutingConfiguration.Builder>> tables = new ArrayList<>();
  private final Map<List<String>, Durability> durability = new LinkedHashMap<>();
  private final Map<List<String>, Set<String>> perShard = new LinkedHashMap<>();
  private SchemaMode schema = SchemaSettings.defaults().mode();
  private final Set<List<String>> snowflakes = new LinkedHashSet<>();
  private IdSettings ids = IdSettings.defaults();
  private ReadSettings reads = ReadSettings.defaults();
  private @Nullable HedgeSettings hedging;
  private PoolConfiguration pool = PoolConfiguration.defaults();
  private TransactionSettings transactions = TransactionSettings.defaults();
  private Duration scatterTimeout = Duration.ofSeconds(30);
  private @Nullable GatherLimits gather = GatherLimits.defaults();

  ConfigurationBuilder() {}

  /** Adds a shard. */
  public ConfigurationBuilder shard(ShardConfiguration shard) {
    shards.add(shard);
    return this;
  }

  /**
   * Says where rows are: {@code tables(t -> t.sharded("users", "user_id").reference("countries"))}.
   * The shards are known to it already.
   */
  public ConfigurationBuilder tables(Consumer<RoutingConfiguration.Builder> declarations) {
    tables.add(declarations);
    return this;
  }

  /** Gives the serial and identity columns of a declared table Snowflake ids. */
  public ConfigurationBuilder snowflakeIds(String table) {
    snowflakes.add(Identifiers.parse(table));
    return this;
  }

  /** See {@link Configuration#reads()}. */
  public ConfigurationBuilder reads(ReadSettings settings) {
    this.reads = settings;
    return this;
  }

  /** See {@link Configuration#hedging()}. */
  public ConfigurationBuilder hedging(HedgeSettings settings) {
    this.hedging = settings;
    return this;
  }

  /** See {@link Configuration#pool()}. */
  public ConfigurationBuilder pool(PoolConfiguration settings) {
    this.pool = settings;
    return this;
  }

  /** See {@link Configuration#transactions()}. */
  public ConfigurationBuilder transactions(TransactionSettings settings) {
    this.transactions = settings;
    return this;
  }

  /** The mode alone; the other settings stay as they are. */
  public ConfigurationBuilder transactions(TransactionMode mode) {
    this.transactions = transactions.withMode(mode);
    return this;
  }

  /** See {@link Configuration#scatterTimeout()}. */
  public ConfigurationBuilder scatterTimeout(Duration timeout) {
    this.scatterTimeout = timeout;
    return this;
  }

  /** See {@link Configuration#gather()}. */
  public ConfigurationBuilder gather(GatherLimits limits) {
    this.gather = limits;
    return this;
  }

  /**
   * Lets commits of writes to a table wait at least for something; see {@link
   * Configuration#durability()}.
   *
   * @param table its name as declared, in SQL: quoted where it has to be
   */
  public ConfigurationBuilder durability(String table, Durability wanted) {
    durability.put(Identifiers.parse(table), wanted);
    return this;
  }

  /** See {@link Configuration#ids()}. */
  public ConfigurationBuilder ids(IdSettings settings) {
    this.ids = settings;
    snowflakes.addAll(settings.snowflakes());
    return this;
  }

  /** See {@link Configuration#schema()}. */
  public ConfigurationBuilder schema(SchemaMode mode) {
    this.schema = mode;
    return this;
  }

  /**
   * Says of constraints and unique indexes of a table that they may hold on each shard only.
   *
   * @param table its name as declared, in SQL: quoted where it has to be
   */
  public ConfigurationBuilder perShard(String table, String... constraints) {
    perShard.put(Identifiers.parse(table), Set.of(constraints));
    return this;
  }

  /** Refuses to gather. */
  public ConfigurationBuilder refuseGather() {
    this.gather = null;
    return this;
  }

  /**
   * The configuration.
   *
   * @throws io.shardjdbc.routing.RoutingException when something in it contradicts the rest
   */
  public Configuration build() {
    RoutingConfiguration.Builder routing =
        RoutingConfiguration.builder().shards(shards.stream().map(ShardConfiguration::id).toList());
    tables.forEach(declarations -> declarations.accept(routing));
    return new Configuration(
        shards,
        routing.build(),
        reads,
        Optional.ofNullable(hedging),
        pool,
        transactions,
        scatterTimeout,
        Optional.ofNullable(gather),
        durability,
        new SchemaSettings(schema, perShard),
        ids.with(snowflakes));
  }
}
