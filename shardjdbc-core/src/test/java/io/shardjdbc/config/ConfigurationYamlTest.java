package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.ReadPolicy;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReadYourWrites;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationYamlTest {
  private static final String WHOLE =
      """
      shards:
        s0:
          primary:  {url: "jdbc:postgresql://db0/app", username: app, password: "${DB_PASSWORD}"}
          replicas:
            - {url: "jdbc:postgresql://db0r1/app", zone: eu-1a}
            - {url: "jdbc:postgresql://db0r2/app", use: analytics}   # kept out of the read pool
        s1: {primary: {url: "jdbc:postgresql://db1/app", username: app}}
      placement: {ring: {virtualNodes: 150, hash: postgres}}
      tables:
        users:     {key: user_id}
        posts:     {key: user_id}
        likes:     {key: post_id}
        countries: {reference: true}      # a full copy on every shard
        settings:  {shard: s0}            # lives on one shard
      reads:        {replicas: true, maxLag: 2s, readYourWrites: 40s}
      pool:         {maximumSize: 20, connectionTimeout: 5s}
      transactions: two-phase
      scatter:      {timeout: 10s, policy: allow}
      gather:       {maxRows: 5000, maxBytes: 1MB}
      """;
  private static final String SHORT =
      "shards: {s0: {primary: 'jdbc:postgresql://db0/app'}}\ntables: {users: {key: id}}\n";

  @Test
  void theWholeFileIsRead() {
    Configuration read = read(WHOLE);
    assertThat(read.shards()).extracting(s -> s.id().name()).containsExactly("s0", "s1");
    assertThat(read.shard(new ShardId("s0")).nodes())
        .isEqualTo(
            Map.of(
                "primary",
                NodeConfiguration.of("jdbc:postgresql://db0/app").as("app", new Secret("hunter2")),
                "replica-1",
                NodeConfiguration.of("jdbc:postgresql://db0r1/app")
                    .as("app", new Secret("hunter2"))
                    .inZone("eu-1a"),
                "replica-2",
                NodeConfiguration.of("jdbc:postgresql://db0r2/app")
                    .as("app", new Secret("hunter2"))
                    .usedFor(NodeUse.ANALYTICS)));
    assertThat(read.routing().tables()).hasSize(5);
    assertThat(read.reads().maxLag()).isEqualTo(Duration.ofSeconds(2));
    assertThat(read.reads().writeMemory()).isEqualTo(Duration.ofSeconds(40));
    assertThat(read.pool().maximumSize()).isEqualTo(20);
    assertThat(read.pool().connectionTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(read.transactions().mode()).isEqualTo(TransactionMode.TWO_PHASE);
    assertThat(read.scatterTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(read.gather()).contains(new GatherLimits(5000, 1 << 20));
  }

  @Test
  void noPasswordAndNoUrlIsShown() {
    assertThat(read(WHOLE).toString()).doesNotContain("hunter2").doesNotContain("jdbc:");
    assertThat(new Secret("hunter2")).hasToString("***");
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertThat(read(SHORT))
        .isEqualTo(
            Configuration.builder()
                .shard(
                    ShardConfiguration.of("s0", NodeConfiguration.of("jdbc:postgresql://db0/app")))
                .tables(tables -> tables.sharded("users", "id"))
                .build());
  }

  @Test
  void theSameIsSaidByBuilder() {
    NodeConfiguration db0 =
        NodeConfiguration.of("jdbc:postgresql://db0/app").as("app", new Secret("hunter2"));
    Configuration built =
        Configuration.builder()
            .shard(ShardConfiguration.of("s0", db0))
            .tables(tables -> tables.reference("a").defaultShard("s0"))
            .reads(ReadSettings.builder().readYourWrites(ReadYourWrites.OFF).build())
            .hedging(HedgeSettings.defaults())
            .transactions(TransactionMode.BEST_EFFORT)
            .scatterTimeout(Duration.ofSeconds(1))
            .refuseGather()
            .build();
    assertThat(
            read(
                """
                shards: {s0: {primary: {url: 'jdbc:postgresql://db0/app', username: app, password: hunter2}}}
                tables: {a: {reference: true}, '*': {shard: s0}}
                reads: {readYourWrites: off, hedging: true}
                transactions: best-effort
                scatter: {timeout: 1s}
                gather: refuse
                """))
        .isEqualTo(built);
  }

  @Test
  void readsTakeEverySetting() {
    ReadSettings reads =
        read(SHORT
                + """
                reads:
                  replicas: false
                  maxLag: 2s
                  staleThreshold: 20s
                  readYourWrites: {level: shard, memory: 1m}
                  policy: zone
                  zone: ${ZONE}
                  waitBound: 50ms
                  probeInterval: 20ms
                  idleProbeInterval: 3s
                  idleAfter: 4s
                  probeTimeout: 200ms
                  silenceLimit: 8s
                  failuresUntilDown: 3
                """)
            .reads();
    assertThat(reads)
        .isEqualTo(
            ReadSettings.builder()
                .replicas(false)
                .maxLag(Duration.ofSeconds(2))
                .staleThreshold(Duration.ofSeconds(20))
                .readYourWrites(ReadYourWrites.SHARD)
                .writeMemory(Duration.ofMinutes(1))
                .policy(ReadPolicy.ZONE)
                .zone("eu-1a")
                .waitBound(Duration.ofMillis(50))
                .probeInterval(Duration.ofMillis(20))
                .idleProbeInterval(Duration.ofSeconds(3))
                .idleAfter(Duration.ofSeconds(4))
                .probeTimeout(Duration.ofMillis(200))
                .silenceLimit(Duration.ofSeconds(8))
                .failuresUntilDown(3)
                .build());
  }

  @Test
  void tablesSayWhatTheirCommitsWaitFor() {
    Configuration read =
        read(
            """
            shards: {s0: {primary: 'jdbc:postgresql://db0/app'}}
            tables:
              app.payments: {key: id, durability: sync}
              "clicks":     {key: id, durability: async}
              countries:    {reference: true, durability: semi-sync}
              users:        {key: id}
            """);
    assertThat(read.durability())
        .isEqualTo(
            Map.of(
                List.of("app", "payments"), Durability.SYNC,
                List.of("clicks"), Durability.ASYNC,
                List.of("countries"), Durability.SEMI_SYNC));
    assertThatThrownBy(
            () ->
                Configuration.builder()
                    .shard(
                        ShardConfiguration.of(
                            "s0", NodeConfiguration.of("jdbc:postgresql://db0/app")))
                    .tables(t -> t.sharded("users", "id"))
                    .durability("payments", Durability.SYNC)
                    .build())
        .hasMessageContaining("payments");
  }

  @Test
  void aLongLagTakesTheOtherDefaultsAlong() {
    ReadSettings reads = read(SHORT + "reads: {maxLag: 1m}").reads();
    assertThat(reads.staleThreshold()).isEqualTo(Duration.ofMinutes(1));
    assertThat(reads.writeMemory()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aPasswordMayBeOptional() {
    String shards =
        "shards: {s0: {primary: {url: 'jdbc:postgresql://db0/app', password: '${NONE:-}'}}}\n";
    assertThat(read(shards + "tables: {}").shards().get(0).primary().password()).isEmpty();
  }

  @Test
  void aReplicaWithAnotherUserDoesNotTakeThePrimarysPassword() {
    Configuration read =
        read(
            """
            shards:
              s0:
                primary: {url: 'jdbc:postgresql://db0/app', username: app, password: hunter2}
                replicas: [{url: 'jdbc:postgresql://db1/app', username: reader}, 'jdbc:postgresql://db2/app']
            tables: {}
            """);
    assertThat(read.shards().get(0).replicas())
        .extracting(NodeConfiguration::username, NodeConfiguration::password)
        .containsExactly(
            tuple(Optional.of("reader"), Optional.empty()),
            tuple(Optional.of("app"), Optional.of(new Secret("hunter2"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reads: {replica: true}                    | reads.replica is not known here; did you mean"
            + " replicas?",
        "reads: {maxLag: 1}                        | reads.maxLag must be a length of time with its"
            + " unit",
        "reads: {maxLag: 40s, readYourWrites: 30s} | reads: writeMemory (readYourWrites) is at"
            + " least maxLag",
        "reads: {policy: zone}                     | reads: the policy ZONE needs the caller's own"
            + " zone",
        "reads: {policy: newest}                   | reads.policy must be least-lag or"
            + " least-outstanding or round-robin or zone",
        "reads: {readYourWrites: maybe}            | reads.readYourWrites must be a length of time"
            + " with its unit",
        "reads: {readYourWrites: {level: keys}}    | reads.readYourWrites.level must be key or off"
            + " or shard; did you mean key?",
        "reads: {readYourWrites: {levels: key}}    | reads.readYourWrites.levels is not known here;"
            + " did you mean level?",
        "reads: {failuresUntilDown: 0}             | reads.failuresUntilDown must be at least 1",
        "reads: {replicas: maybe}                  | reads.replicas must be false or true",
        "reads: true                               | reads must be a map",
        "pool: {maximumSize: 0}                    | pool.maximumSize must be at least 1",
        "pool: {size: 3}                           | pool.size is not known here; known:"
            + " connectionTimeout",
        "pool: {maximumSize: 2, minimumIdle: 3}    | pool: minimumIdle is not between 0 and"
            + " maximumSize",
        "pool: {connectionTimeout: 0s}             | pool: connectionTimeout is less than 1ms",
        "pool: {maxLifetime: 1s}                   | pool: maxLifetime is less than 30s",
        "pool: {idleTimeout: 1h}                   | pool: idleTimeout is more than maxLifetime",
        "transactions: twophase                    | transactions must be best-effort or"
            + " single-shard or two-phase; did you mean two-phase?",
        "scatter: {timeout: 0s}                    | scatter.timeout must be more than zero",
        "scatter: {timeouts: 1s}                   | scatter.timeouts is not known here; did you"
            + " mean timeout?",
        "scatter: never                            | scatter must be allow or refuse",
        "gather: never                             | gather must be allow or refuse",
        "gather: {maxRows: 0}                      | gather: a limit of gather is less than 1",
        "gather: {maxBytes: 64}                    | gather.maxBytes must be a size with its unit",
        "gather: {policy: refuse, maxRows: 1}      | gather refuses to gather and limits it, which"
            + " contradict each other",
        "poll: {}                                  | poll is not known here; did you mean pool?",
      })
  void contradictionsAreRefusedWithTheirLine(String section, String reason) {
    refuses(SHORT + section, "line 3: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                         | shards.s0 lacks primary",
        "{primary: {}}                              | shards.s0.primary lacks url",
        "{primary: {url: 'jdbc:mysql://x/y'}}       | shards.s0.primary.url: the URL is not one of"
            + " PostgreSQL's driver",
        "{primary: 'postgresql://x/y'}              | shards.s0.primary: the URL is not one of"
            + " PostgreSQL's driver",
        "{primary: 'jdbc:postgresql://a,b/y'}       | shards.s0.primary: the URL names several"
            + " hosts; give each as a replica",
        "{primary: {url: '${NONE}'}}                | shards.s0.primary.url needs the environment"
            + " variable NONE, which is not set",
        "{primary: {url: 'jdbc:postgresql://a/b?user=c', username: d}}     | shards.s0.primary.url:"
            + " the user is given both by username and in the URL",
        "{primary: {url: 'jdbc:postgresql://a/b?password=c', password: d}} | shards.s0.primary.url:"
            + " the password is given twice, once in the URL",
        "{primary: {url: 'jdbc:postgresql://a/b', use: analytics}}         | shards.s0.primary.use"
            + " is not known here",
        "{primary: {url: 'jdbc:postgresql://a/b', user: c}}                | shards.s0.primary.user"
            + " is not known here; did you mean username?",
        "{primary: 'jdbc:postgresql://a/b', replica: []}                   | shards.s0.replica is"
            + " not known here; did you mean replicas?",
        "{primary: 'jdbc:postgresql://a/b', replicas: {}}                  | shards.s0.replicas"
            + " must be a list",
        "{primary: 'jdbc:postgresql://a/b', replicas: [{zone: x}]}         | shards.s0.replicas[0]"
            + " lacks url",
        "{primary: 'jdbc:postgresql://a/b', replicas: [{url: 'jdbc:postgresql://c/b', use:"
            + " reports}]} | shards.s0.replicas[0].use must be analytics or general",
      })
  void contradictionsInAShardAreRefusedWithTheirLine(String shard, String reason) {
    refuses("tables: {}\nshards:\n  s0: " + shard, "line 3: " + reason);
  }

  @Test
  void twoNodesAtOnePlaceAreRefused() {
    refuses(
        """
        tables: {}
        shards:
          s0: {primary: 'jdbc:postgresql://a/b'}
          s1: {primary: 'jdbc:postgresql://A:5432/b?ssl=false'}
        """,
        "line 2: shards: nodes s0.primary and s1.primary are one database");
    refuses(
        """
        tables: {}
        shards:
          s0: {primary: 'jdbc:postgresql://a/b', replicas: ['jdbc:postgresql://a/b']}
        """,
        "line 2: shards: nodes s0.primary and s0.replica-1 are one database");
    assertThat(
            read("""
            tables: {}
            shards:
              s0: {primary: 'jdbc:postgresql://a/b?currentSchema=x'}
              s1: {primary: 'jdbc:postgresql://a/b?currentSchema=y'}
              s2: {primary: 'jdbc:postgresql://a:5433/b'}
            """)
                .shards())
        .hasSize(3);
  }

  @Test
  void aShardOfOneServerMayBeItsUrlAlone() {
    ShardConfiguration shard =
        ConfigurationYaml.parse("shards: {s0: 'jdbc:postgresql://db0/app'}\ntables: {}", n -> null)
            .shards()
            .get(0);
    assertThat(shard.primary().url()).isEqualTo("jdbc:postgresql://db0/app");
    assertThat(shard.replicas()).isEmpty();
  }

  @Test
  void faultsOfTheRoutingPartComeWithTheirLineToo() {
    refuses(
        SHORT + "placement: {ring: {virtualNodes: 0}}",
        "line 3: placement.ring.virtualNodes must be at least 1");
    refuses("shards: [s0]\ntables: {}", "line 1: shards must be a map");
  }

  @Test
  void shardsThatAreNotThoseOfTheTablesAreRefused() {
    Configuration one = read(SHORT);
    assertThatThrownBy(
            () ->
                new Configuration(
                    List.of(),
                    one.routing(),
                    one.reads(),
                    one.hedging(),
                    one.pool(),
                    one.transactions(),
                    one.scatterTimeout(),
                    one.gather(),
                    Map.of(),
                    one.schema(),
                    one.ids()))
        .hasMessageContaining("the shards with servers are not those that rows are placed on");
  }

  @Test
  void aFileIsRead(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("shards.yaml"), SHORT);
    assertThat(ConfigurationYaml.read(file)).isEqualTo(read(SHORT));
  }

  private static Configuration read(String text) {
    Map<String, String> variables = Map.of("DB_PASSWORD", "hunter2", "ZONE", "eu-1a");
    return ConfigurationYaml.read(text, name -> Optional.ofNullable(variables.get(name)));
  }

  private static void refuses(String text, String reason) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0101: configuration: " + reason)
        .hasMessageNotContaining("\n");
  }
}
