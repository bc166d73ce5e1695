package io.shardjdbc.tests.program;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables and sequences that programs use, and where they lie. */
final class Tables {

  /** The keys of those that are spread over the shards. */
  static final Map<String, List<String>> SHARDED = new LinkedHashMap<>();

  static {
    for (String table :
        List.of(
            "acct", "own", "secret", "audited", "moves", "stamped", "noisy", "gen", "folder", "mix",
            "rare")) {
      SHARDED.put(table, List.of("id"));
    }
    SHARDED.put("item", List.of("acct_id"));
    SHARDED.put("made", List.of("id"));
    for (String table : List.of("post", "event", "event_a", "event_b")) {
      SHARDED.put(table, List.of("user_id"));
    }
    SHARDED.put("file", List.of("folder_id"));
    SHARDED.put("mark", List.of("folder_id"));
    SHARDED.put("pair", List.of("a", "b"));
    SHARDED.put("word", List.of("k"));
    SHARDED.put("tiny", List.of("k"));
    SHARDED.put("code", List.of("k"));
    SHARDED.put("tok", List.of("u"));
    SHARDED.put("by_day", List.of("d"));
    SHARDED.put("by_number", List.of("n"));
    SHARDED.put("by_time", List.of("t"));
  }

  private static final List<String> REFERENCES = List.of("country", "kind", "made_ref");

  /** Those that live on one shard alone. */
  static final Map<String, String> LONE = Map.of("conf", "s1", "logs", "s2");

  /** Those that programs make. */
  static final List<String> MADE = List.of("made", "made_ref");

  /** Those that are there from the start; parts of others are not among them. */
  static final List<String> ALL = all();

  static final List<String> SEQUENCES =
      List.of(
          "ids",
          "steps",
          "item_item_id_seq",
          "post_id_seq",
          "own_id_seq",
          "kind_id_seq",
          "logs_id_seq");

  private Tables() {}

  private static List<String> all() {
    List<String> all = new ArrayList<>(SHARDED.keySet());
    all.addAll(REFERENCES);
    all.addAll(LONE.keySet());
    all.removeAll(MADE);
    all.removeAll(List.of("event_a", "event_b"));
    return List.copyOf(all);
  }

  /** Says where they lie in a world. */
  static void declare(RoutingConfiguration.Builder tables, Variant variant) {
    SHARDED.forEach(
        (table, key) -> {
          Optional<Placement> own = variant.placement(table);
          if (own.isEmpty()) {
            tables.sharded(table, key.toArray(String[]::new));
          } else {
            List<KeyColumn> columns = key.stream().map(KeyColumn::of).toList();
            tables.table(
                new Table.Sharded(List.of(table), columns, own.get(), TablePolicy.allowAll()));
          }
        });
    REFERENCES.forEach(tables::reference);
    LONE.forEach(tables::single);
    variant.declare(tables);
  }
}
