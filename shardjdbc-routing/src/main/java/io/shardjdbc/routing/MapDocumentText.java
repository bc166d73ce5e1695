package io.shardjdbc.routing;

import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.MapDocument.Since;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines of fields with tabs between them; what is not understood is not passed over. */
final class MapDocumentText {
  private static final String FIRST_LINE = "shardjdbc-map\t1";

  private final Map<ShardId, Reach> shards = new LinkedHashMap<>();
  private final Map<String, Placed> tables = new LinkedHashMap<>();
  private final Map<String, Parts> placements = new LinkedHashMap<>();

  private MapDocumentText() {}

  static MapDocument parse(String text) {
    MapDocumentText read = new MapDocumentText();
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(FIRST_LINE)) {
      throw fault("its first line");
    }
    lines.stream().skip(1).forEach(read::line);
    Map<String, Positioned> placements = new LinkedHashMap<>();
    read.placements.forEach((name, parts) -> placements.put(name, parts.positioned()));
    return new MapDocument(read.shards, read.tables, placements);
  }

  private void line(String line) {
    List<String> fields = List.of(line.split("\t", -1));
    int count = fields.size();
    String kind = fields.get(0);
    if (kind.equals("shard") && count >= 3) {
      shards.put(new ShardId(fields.get(1)), new Reach(fields.get(2), fields.subList(3, count)));
    } else if (kind.equals("placement") && count == 3) {
      placements.put(fields.get(1), new Parts(by(fields.get(2))));
    } else if (kind.equals("table") && count >= 5 && count % 2 == 1) {
      tables.put(fields.get(1), placed(fields));
    } else if (count >= 4 && placements.containsKey(fields.get(1))) {
      placements.get(fields.get(1)).line(fields);
    } else {
      throw fault(kind);
    }
  }

  private static Positioning by(String name) {
    return Arrays.stream(Positioning.values())
        .filter(by -> by.inMaps().equals(name))
        .findFirst()
        .orElseThrow(() -> fault("a placement by " + name));
  }

  /** Behind the placement come a column and its type, and so on. */
  private static Placed placed(List<String> fields) {
    List<String> columns = new ArrayList<>();
    List<KeyType> types = new ArrayList<>();
    for (int i = 3; i < fields.size(); i += 2) {
      columns.add(fields.get(i));
      types.add(KeyType.named(fields.get(i + 1)).orElseThrow(() -> fault("table")));
    }
    return new Placed(fields.get(2), columns, types);
  }

  static String of(MapDocument map) {
    List<String> lines = new ArrayList<>();
    lines.add(FIRST_LINE);
    map.shards()
        .forEach(
            (shard, reach) -> {
              List<String> fields = new ArrayList<>(List.of("shard", shard.toString()));
              fields.add(reach.primary());
              fields.addAll(reach.replicas());
              lines.add(fields(fields));
            });
    map.placements()
        .forEach(
            (name, placement) -> {
              lines.add(fields(List.of("placement", name, placement.by().inMaps())));
              addSets(lines, "owns", name, placement.owns());
              addSets(lines, "hides", name, placement.hides());
              addSets(lines, "holds", name, placement.holds());
              for (Since since : placement.since()) {
                String shard = since.shard().toString();
                String positions = since.positions().toString();
                lines.add(fields(List.of("since", name, shard, positions, since.position())));
              }
              for (Coming coming : placement.comes()) {
                lines.add(
                    fields(
                        List.of(
                            "comes",
                            name,
                            coming.target().toString(),
                            coming.positions().toString(),
                            coming.source().toString(),
                            String.valueOf(coming.move()))));
              }
            });
    map.tables()
        .forEach(
            (name, placed) -> {
              List<String> fields = new ArrayList<>(List.of("table", name, placed.placement()));
              for (int i = 0; i < placed.columns().size(); i++) {
                fields.add(placed.columns().get(i));
                fields.add(placed.types().get(i).sqlName().toLowerCase(Locale.ROOT));
              }
              lines.add(fields(fields));
            });
    return String.join("\n", lines) + "\n";
  }

  private static void addSets(
      List<String> lines, String kind, String name, Map<ShardId, Positions> sets) {
    sets.forEach(
        (shard, positions) ->
            lines.add(fields(List.of(kind, name, shard.toString(), positions.toString()))));
  }

  private static String fields(List<String> fields) {
    if (fields.stream().anyMatch(field -> field.contains("\t") || field.contains("\n"))) {
      throw fault("a name with a tab or a line break");
    }
    return String.join("\t", fields);
  }

  private static RoutingException fault(String what) {
    return new RoutingException(
        ErrorCode.BAD_PLACEMENT, "the map in the database is not understood: " + what);
  }

  /** What is said of one placement. */
  private static final class Parts {
    private final Positioning by;
    private final Map<ShardId, Positions> owns = new LinkedHashMap<>();
    private final Map<ShardId, Positions> hides = new LinkedHashMap<>();
    private final Map<ShardId, Positions> holds = new LinkedHashMap<>();
    private final List<Since> since = new ArrayList<>();
    private final List<Coming> comes = new ArrayList<>();

    Parts(Positioning by) {
      this.by = by;
    }

    void line(List<String> fields) {
      String kind = fields.get(0);
      ShardId shard = new ShardId(fields.get(2));
      Positions positions = Positions.parse(fields.get(3));
      if (kind.equals("since") && fields.size() == 5) {
        since.add(new Since(shard, positions, fields.get(4)));
        return;
      }
      if (kind.equals("comes") && fields.size() == 6) {
        comes.add(new Coming(move(fields.get(5)), new ShardId(fields.get(4)), shard, positions));
        return;
      }
      Map<ShardId, Positions> sets =
          switch (fields.size() == 4 ? kind : "") {
            case "owns" -> owns;
            case "hides" -> hides;
            case "holds" -> holds;
            default -> throw fault(kind);
          };
      if (sets.put(shard, positions) != null) {
        throw fault(kind + " twice of one shard");
      }
    }

    Positioned positioned() {
      return new Positioned(by, owns, hides, holds, since, comes);
    }

    private static int move(String number) {
      try {
        return Integer.parseInt(number);
      } catch (NumberFormatException e) {
        throw fault("comes");
      }
    }
  }
}
