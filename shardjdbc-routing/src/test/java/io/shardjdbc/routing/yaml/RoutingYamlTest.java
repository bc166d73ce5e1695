package io.shardjdbc.routing.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutingYamlTest {
  private static final ShardId S0 = new ShardId("s0");
  private static final ShardId S1 = new ShardId("s1");
  private static final ShardId S2 = new ShardId("s2");
  private static final List<ShardId> ALL = List.of(S0, S1, S2);

  @Test
  void aWholeConfigurationIsReadWithNoPasswordAtHand() {
    RoutingConfiguration read =
        RoutingYaml.read(
            Yaml.read(
                """
                shards:
                  s0:
                    primary:  {url: "jdbc:postgresql://db0/app", password: "${DB_PASSWORD}"}
                  s1: {primary: {url: "jdbc:postgresql://db1/app"}}
                placement: {ring: {virtualNodes: 150, hash: postgres}}
                tables:
                  users:      {key: user_id}
                  App.Lines:  {key: [tenant, '"orderId"'], type: [text, bigint], scatter: refuse}
                  '"Odd ""Name"': {key: id, placement: modulo}
                  countries:  {reference: true}
                  settings:   {shard: s0}
                reads:        {replicas: true}
                pool:         {maximumSize: 10}
                transactions: single-shard
                scatter:      {timeout: 30s, policy: allow}
                gather:       refuse
                """,
                name -> Optional.empty()));
    HashRing ring = Placements.ring(List.of(S0, S1));
    assertThat(read.shards()).containsExactly(S0, S1);
    assertThat(read.defaultShard()).isEmpty();
    assertThat(read.scatter()).isEqualTo(ScatterPolicy.ALLOW);
    assertThat(read.tables().values())
        .containsExactly(
            new Table.Sharded(
                List.of("users"), List.of(KeyColumn.of("user_id")), ring, ScatterPolicy.ALLOW),
            new Table.Sharded(
                List.of("app", "lines"),
                List.of(
                    new KeyColumn("tenant", Optional.of(KeyType.TEXT)),
                    new KeyColumn("orderId", Optional.of(KeyType.INTEGER))),
                ring,
                ScatterPolicy.REFUSE),
            new Table.Sharded(
                List.of("Odd \"Name"),
                List.of(KeyColumn.of("id")),
                Placements.modulo(List.of(S0, S1)),
                ScatterPolicy.ALLOW),
            new Table.Reference(List.of("countries")),
            new Table.Single(List.of("settings"), S0));
    assertThat(read.table(List.of("Odd \"Name")).orElseThrow().displayName())
        .isEqualTo("\"Odd \"\"Name\"");
  }

  @Test
  void tablesNotDeclaredLiveOnTheDefaultShardIfThereIsOne() {
    RoutingConfiguration read = read("tables: {users: {key: id}, '*': {shard: s1}}");
    assertThat(read.defaultShard()).contains(S1);
    assertThat(read.table(List.of("other"))).contains(new Table.Single(List.of("other"), S1));
    assertThat(read("tables: {users: {key: id}}").table(List.of("other"))).isEmpty();
  }

  @Test
  void theSchemaPublicMayBeLeftOutOnEitherSide() {
    RoutingConfiguration read =
        read("tables: {a: {reference: true}, public.b: {reference: true}, x.c: {reference: true}}");
    assertThat(read.table(List.of("public", "a"))).contains(new Table.Reference(List.of("a")));
    assertThat(read.table(List.of("b"))).contains(new Table.Reference(List.of("public", "b")));
    assertThat(read.table(List.of("x", "c"))).isPresent();
    assertThat(read.table(List.of("c"))).isEmpty();
    assertThat(read.table(List.of("x", "a"))).isEmpty();
  }

  @Test
  void everyPlacementCanBeWritten() {
    assertThat(placement("ring")).isEqualTo(Placements.ring(ALL));
    assertThat(placement("modulo")).isEqualTo(Placements.modulo(ALL));
    assertThat(placement("{modulo: {shards: [s2, s0]}}"))
        .isEqualTo(Placements.modulo(List.of(S2, S0)));
    assertThat(
            placement("{ring: {virtualNodes: 10, hash: md5, shards: [s0, s1], weights: {s1: 2}}}"))
        .isEqualTo(
            HashRing.builder()
                .virtualNodes(10)
                .hash(KeyHash.md5())
                .node(HashRing.Node.of(S0))
                .node(HashRing.Node.of(S1).withWeight(2))
                .build());
    assertThat(placement("{range: {below: {1000: s0, 2000: s1}, rest: s2}}"))
        .isEqualTo(Placements.range(Map.of(Key.of(1000), S0, Key.of(2000), S1), S2));
    assertThat(placement("{range: {type: text, below: {m: s0}, rest: s2}}"))
        .isEqualTo(Placements.range(Map.of(Key.of("m"), S0), S2));
    assertThat(placement("{directory: {type: text, keys: {s0: [de, at], s1: [no]}, rest: s2}}"))
        .isEqualTo(
            Placements.directory(Map.of(Key.of("de"), S0, Key.of("at"), S0, Key.of("no"), S1), S2));
    UUID uuid = UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assertThat(placement("{directory: {type: uuid, keys: {s0: [" + uuid + "]}}}"))
        .isEqualTo(Placements.directory(Map.of(Key.of(uuid), S0)));
    assertThat(placement("{directory: {type: [text, bigint], keys: {s0: [[eu, 7]], s1: []}}}"))
        .isEqualTo(
            Placements.directory(Map.of(Key.ofColumns(List.of(Key.of("eu"), Key.of(7))), S0)));
  }

  @Test
  void placementsMayStandInPlacements() {
    assertThat(placement("{tiered: {keys: {s2: [7]}, rest: {modulo: {shards: [s0, s1]}}}}"))
        .isEqualTo(Placements.tiered(Map.of(Key.of(7), S2), Placements.modulo(List.of(S0, S1))));
    assertThat(placement("{salted: {keys: [7, 8], over: 2, ring: {shards: [s0, s1, s2]}}}"))
        .isEqualTo(
            Placements.salted(
                List.of(Key.of(7), Key.of(8)), 2, Placements.ring(List.of(S0, S1, S2))));
    assertThat(placement("{salted: {type: text, keys: [hot]}}"))
        .isEqualTo(Placements.salted(List.of(Key.of("hot")), ALL.size(), Placements.ring(ALL)));
    RoutingConfiguration read =
        read(
            "placement: {regional: {type: text, regions: {eu: ring, us: {modulo: {shards:"
                + " [s2]}}}}}\n"
                + "tables: {a: {key: [region, id]}}");
    assertThat(((Table.Sharded) read.table(List.of("a")).orElseThrow()).placement())
        .isEqualTo(
            Placements.regional(
                Map.of(
                    Key.of("eu"), Placements.ring(ALL),
                    Key.of("us"), Placements.modulo(List.of(S2)))));
  }

  @Test
  void aTableHasItsOwnPolicies() {
    RoutingConfiguration read =
        read(
            """
            tenantGuard: true
            scatter: refuse
            tables:
              a: {key: id}
              b: {key: id, scatter: allow, gather: refuse, tenantGuard: false, moveRows: true}
            """);
    assertThat(read.tables().values())
        .extracting(table -> ((Table.Sharded) table).policy())
        .containsExactly(
            new TablePolicy(false, true, true), new TablePolicy(true, false, false, true));
  }

  @Test
  void aTableTakesTheScatterPolicyOfAllUnlessItHasItsOwn() {
    RoutingConfiguration read =
        read("scatter: refuse\ntables: {a: {key: id}, b: {key: id, scatter: allow}}");
    assertThat(read.tables().values())
        .extracting(table -> ((Table.Sharded) table).scatter())
        .containsExactly(ScatterPolicy.REFUSE, ScatterPolicy.ALLOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: {}                              | tables.a must have one of key, reference, shard",
        "a: {key: id, reference: true}      | tables.a has both key and reference, which exclude"
            + " each other",
        "a: {key: id, shard: s0}            | tables.a has both key and shard, which exclude each"
            + " other",
        "a: {reference: true, shard: s0}    | tables.a has both reference and shard, which exclude"
            + " each other",
        "a: {reference: false}              | tables.a.reference is false; give the table a key or"
            + " a shard instead",
        "a: {reference: true, type: text}   | tables.a.type goes with key only",
        "a: {shard: s0, placement: ring}    | tables.a.placement goes with key only",
        "a: {shard: s0, scatter: allow}     | tables.a.scatter goes with key only",
        "a: {shard: s3}                     | tables.a.shard names shard s3, which does not exist;"
            + " did you mean s0?",
        "a: {keys: id}                      | tables.a.keys is not known here; did you mean key?",
        "a: {key: []}                       | tables.a.key: table a is sharded by no column",
        "a: {key: [id, ID]}                 | tables.a.key: table a names a key column twice",
        "a: {key: a.id}                     | tables.a.key must be the name of a column",
        "a: {key: user id}                  | tables.a.key: 'user id' is not a name in SQL",
        "a: {key: id, type: int}            | tables.a.type must be bigint or date or numeric or"
            + " text or timestamp or timestamptz or uuid",
        "a: {key: id, type: [text, text]}   | tables.a.type must have as many types as the key has"
            + " columns",
        "a: {key: id, scatter: sometimes}   | tables.a.scatter must be allow or refuse",
        "a: {key: id, type: text, placement: {range: {below: {1: s0}, rest: s1}}} | tables.a.key:"
            + " table a has a key of other types than its placement, bigint",
        "a: {key: x, placement: {regional: {type: text, regions: {eu: ring}}}} | tables.a.key:"
            + " table a has a key without the column that its placement finds the region by",
        "a: {key: [x, y], placement: {directory: {keys: {s0: [1]}}}} | tables.a.key: table a has a"
            + " key of other types than its placement, bigint",
        "a b: {key: id}                     | tables.a b: 'a b' is not a name in SQL",
        "x.y.z: {key: id}                   | tables.x.y.z must be named by table or schema.table",
        "'*': {key: id}                     | tables.*.key is not known here; known: shard",
        "'*': {shard: s9}                   | tables.*.shard names shard s9, which does not exist",
        "a: key                             | tables.a must be a map",
      })
  void contradictionsInATableAreRefusedWithItsLine(String table, String reason) {
    refuses("tables:\n  fine: {key: id}\n  " + table, "line 4: " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rings                                     | placement must be modulo or ring",
        "{}                                        | placement must have one of directory, modulo,"
            + " range, regional, ring, salted, tiered",
        "{ring: {}, modulo: {}}                    | placement must have one of directory, modulo,"
            + " range, regional, ring, salted, tiered",
        "{rang: {}}                                | placement.rang is not known here; did you mean"
            + " rang",
        "{ring: {virtualNodes: 0}}                 | placement.ring.virtualNodes must be at least"
            + " 1",
        "{ring: {virtualNodes: 400000}}            | placement.ring: a ring has at most 1000000"
            + " virtual nodes",
        "{ring: {virtualnodes: 9}}                 | placement.ring.virtualnodes is not known here;"
            + " did you mean virtualNodes?",
        "{ring: {hash: sha1}}                      | placement.ring.hash must be md5 or murmur3 or"
            + " postgres",
        "{ring: {shards: [s0, s9]}}                | placement.ring.shards[1] names shard s9, which"
            + " does not exist",
        "{ring: {shards: [s0, s0]}}                | placement.ring: ring names shard s0 twice",
        "{ring: {shards: []}}                      | placement.ring: ring has no shard",
        "{ring: {weights: {s9: 2}}}                | placement.ring.weights.s9 names shard s9,"
            + " which does not exist",
        "{ring: {weights: {s0: 0}}}                | placement.ring.weights.s0 must be at least 1",
        "{ring: {shards: [s0], weights: {s1: 2}}}  | placement.ring.weights.s1 gives a weight to"
            + " shard s1, which is not on the ring",
        "{modulo: {shards: [s0, s0]}}              | placement.modulo: modulo names shard s0 twice",
        "{modulo: {shards: [s9]}} | placement.modulo.shards[0] names shard s9, which does not"
            + " exist",
        "{range: {rest: s0}}                       | placement.range lacks below",
        "{range: {below: {1: s0}}}                 | placement.range lacks rest",
        "{range: {below: {}, rest: s0}}            | placement.range: range lists no key",
        "{range: {below: {x: s0}, rest: s0}}       | placement.range.below.x must be a bigint, the"
            + " placement's type",
        "{range: {below: {1: s0, 01: s1}, rest: s0}} | placement.range.below.01 is a key that is"
            + " listed before",
        "{range: {type: [text, text], below: {a: s0}, rest: s0}} | placement.range.below.a must be"
            + " under a placement of one column",
        "{directory: {keys: {s9: [1]}}}            | placement.directory.keys.s9 names shard s9,"
            + " which does not exist",
        "{directory: {keys: {s0: [1], s1: [1]}}}   | placement.directory.keys.s1[0] is a key that"
            + " is listed before",
        "{directory: {keys: {s0: [[1, 2]]}}}       | placement.directory.keys.s0[0] must have 1"
            + " columns, as the placement's type",
        "{directory: {keys: {}}}                   | placement.directory: directory lists no key",
        "{directory: {type: uuid, keys: {s0: [1-1-1-1-1]}}} | placement.directory.keys.s0[0] must"
            + " be a uuid, the placement's type",
        "{tiered: {keys: {s0: [1]}}}               | placement.tiered lacks rest",
        "{tiered: {keys: {s0: [1]}, rest: {modulo: {shards: [s9]}}}} |"
            + " placement.tiered.rest.modulo.shards[0] names shard s9, which does not exist",
        "{tiered: {type: text, keys: {s0: [a]}, rest: {directory: {keys: {s0: [1]}}}}} |"
            + " placement.tiered: tiered names keys of other types than the rest lists",
        "{salted: {over: 2}}                       | placement.salted lacks keys",
        "{salted: {keys: [1, 1]}}                  | placement.salted.keys[1] is a key that is"
            + " listed before",
        "{salted: {keys: [1], over: 9}}            | placement.salted: salted spreads a key over 2"
            + " to all of its ring's shards, not over 9",
        "{regional: {regions: {}}}                 | placement.regional: regional lists no key",
        "{regional: {regions: {eu: ring}}}         | placement.regional.regions.eu must be a"
            + " bigint, the placement's type",
        "[ring]                                    | placement must be a map",
      })
  void contradictionsInAPlacementAreRefusedWithItsLine(String placement, String reason) {
    refuses("tables: {a: {key: id}}\nplacement: " + placement, "line 3: " + reason);
    refuses("tables:\n  a: {key: id, placement: " + placement + "}", "line 3: tables.a." + reason);
  }

  @Test
  void contradictionsInTheWholeAreRefusedWithTheirLine() {
    refusesAll("shards: {s0: {}}", "line 1: the file lacks tables");
    refusesAll("tables: {}", "line 1: the file lacks shards");
    refusesAll("shards: []\ntables: {}", "line 1: shards names no shard");
    refusesAll(
        "shards: {-s: {}}\ntables: {}", "line 1: shards.-s: a shard name has 1 to 63 letters");
    refusesAll("shards: [s0, s0]\ntables: {}", "line 1: shards names a shard twice");
    refusesAll("shards: [s0]\ntable: {}", "line 2: table is not known here; did you mean tables?");
    refuses(
        "tables:\n  a: {key: id}\n  A: {key: id}",
        "line 4: tables.A is table a, which is declared before");
    refuses(
        "tables: {a: {key: id}, public.a: {key: id}}",
        "line 2: tables: table a is declared with and without its schema public");
    refuses(
        "tables: {}\nscatter: {policy: maybe}", "line 3: scatter.policy must be allow or refuse");
  }

  private static Placement placement(String written) {
    String key = written.contains("[text, bigint]") ? "[x, y]" : "id";
    RoutingConfiguration read = read("placement: " + written + "\ntables: {a: {key: " + key + "}}");
    return ((Table.Sharded) read.table(List.of("a")).orElseThrow()).placement();
  }

  private static RoutingConfiguration read(String text) {
    return RoutingYaml.read(Yaml.read("shards: [s0, s1, s2]\n" + text, name -> Optional.empty()));
  }

  private static void refuses(String text, String reason) {
    refusesAll("shards: [s0, s1, s2]\n" + text, reason);
  }

  private static void refusesAll(String text, String reason) {
    assertThatThrownBy(() -> RoutingYaml.read(Yaml.read(text, name -> Optional.empty())))
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0101: configuration: " + reason);
  }
}
