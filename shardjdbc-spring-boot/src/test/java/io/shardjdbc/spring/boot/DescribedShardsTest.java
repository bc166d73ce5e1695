package io.shardjdbc.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Properties as the DataSource reads them. */
class DescribedShardsTest {

  private static DescribedShards of(String... pairs) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return new DescribedShards(environment);
  }

  @Test
  void propertiesSayAllThatAFileCan() {
    Configuration configuration =
        of(
                "shardjdbc.shards.s0.primary.url", "jdbc:postgresql://db0/app",
                "shardjdbc.shards.s0.replicas[0].url", "jdbc:postgresql://db0r1/app",
                "shardjdbc.shards.s0.replicas[0].zone", "eu-1a",
                "shardjdbc.shards.s0.replicas[1].url", "jdbc:postgresql://db0r2/app",
                "shardjdbc.shards.s1.primary.url", "jdbc:postgresql://db1/app",
                "shardjdbc.shards.s1.primary.password", "1234",
                "shardjdbc.tables.users.key", "user_id",
                "shardjdbc.tables.orders.key[0]", "tenant",
                "shardjdbc.tables.orders.key[1]", "order_id",
                "shardjdbc.tables.flyway_schema_history.shard", "s0",
                "shardjdbc.tables.countries.reference", "true",
                "shardjdbc.pool.maximum-size", "7",
                "shardjdbc.pool.connectionTimeout", "5s",
                "shardjdbc.transactions", "two-phase",
                "shardjdbc.health.read-only", "up",
                "spring.datasource.username", "app",
                "spring.datasource.password", "a \"secret\"")
            .read(null);
    assertThat(configuration.pool().maximumSize()).isEqualTo(7);
    assertThat(configuration.pool().connectionTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.transactions().mode()).isEqualTo(TransactionMode.TWO_PHASE);
    assertThat(configuration.routing().tables().keySet().toString())
        .contains("flyway_schema_history", "orders", "countries");
    assertThat(configuration.shards().get(0).replicas())
        .extracting(NodeConfiguration::zone)
        .containsExactly(Optional.of("eu-1a"), Optional.empty());
    NodeConfiguration primary = configuration.shards().get(0).primary();
    assertThat(primary.username()).hasValue("app");
    assertThat(primary.password()).hasValue(new Secret("a \"secret\""));
  }

  /** The order decides where rows lie, and no property that overrides another may change it. */
  @Test
  void shardsAreOrderedByTheirNamesWhereverTheyAreSaid() {
    Configuration configuration =
        of(
                "shardjdbc.shards.s10.primary", "jdbc:postgresql://db10/app",
                "shardjdbc.shards.s2.primary", "jdbc:postgresql://db2/app",
                "shardjdbc.shards.s1.primary", "jdbc:postgresql://db1/app",
                "shardjdbc.tables.users.key", "user_id")
            .read(null);
    assertThat(configuration.routing().shards())
        .containsExactly(new ShardId("s1"), new ShardId("s2"), new ShardId("s10"));
  }

  /** Nothing of it is read as a text of properties would be, in which signs mean something. */
  @Test
  void whatElseKnowsOfShardsIsTakenAsItIs() {
    NodeConfiguration primary =
        NodeConfiguration.of("jdbc:postgresql://db10/app").as("app", new Secret("a${b}c$${d}"));
    NodeConfiguration replica =
        new NodeConfiguration(
            "jdbc:postgresql://db10r/app?user=reader",
            Optional.empty(),
            Optional.empty(),
            Optional.of("eu-1a"),
            NodeUse.ANALYTICS);
    ShardConfiguration ten = new ShardConfiguration(new ShardId("s10"), primary, List.of(replica));
    ShardConfiguration two =
        ShardConfiguration.of("s2", NodeConfiguration.of("jdbc:postgresql://db2/app?user=two"));
    Configuration configuration =
        of("shardjdbc.tables.users.key", "user_id", "shardjdbc.shards.s2.primary", "said twice")
            .read(() -> List.of(ten, two));
    assertThat(configuration.shards()).containsExactly(two, ten);
    assertThat(configuration.routing().shards())
        .containsExactly(new ShardId("s2"), new ShardId("s10"));
  }

  @Test
  void whatIsNotKnownIsRefusedAndTwoDescriptionsAre() {
    DescribedShards misspelt =
        of(
            "shardjdbc.shards.s0.primary", "jdbc:postgresql://db0/app",
            "shardjdbc.tables.users.key", "user_id",
            "shardjdbc.pool.maximum-sise", "7");
    assertThatThrownBy(() -> misspelt.read(null))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("maximumSise");
    DescribedShards twice =
        of("shardjdbc.config", "a.yaml", "spring.datasource.url", "jdbc:shardjdbc:b.yaml");
    assertThatThrownBy(() -> twice.read(null)).hasMessageContaining("described twice");
  }

  @Test
  void anotherDatabaseIsNoneOfOurs() {
    assertThat(of("spring.datasource.url", "jdbc:postgresql://db/app").areThere()).isFalse();
    assertThat(of("spring.datasource.url", "jdbc:shardjdbc:a.yaml").areThere()).isTrue();
    assertThat(of("shardjdbc.config", "a.yaml").areThere()).isTrue();
  }

  @Test
  void aFailedStartTellsWhatToDo() {
    RuntimeException failure = new IllegalStateException("of Spring");
    try {
      of("shardjdbc.config", "/no/such/file.yaml").read(null);
    } catch (RoutingException e) {
      failure.initCause(e);
    }
    FailureAnalysis analysis = Objects.requireNonNull(new ShardFailureAnalyzer().analyze(failure));
    assertThat(analysis.getDescription()).startsWith("SJ0101").contains("there is no file");
    assertThat(analysis.getAction()).startsWith("Correct the configuration.").contains("SJ0101");
    assertThat(new ShardFailureAnalyzer().analyze(new IllegalStateException("other"))).isNull();
  }
}
