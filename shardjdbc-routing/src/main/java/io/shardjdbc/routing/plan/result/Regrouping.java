package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.routing.route.ValueType;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a statement over groups is answered: every shard groups its own rows, and one server puts
 * together what belongs together, then does what the statement does with groups.
 *
 * <p>That last step is the caller's own text, with a column in the place of each aggregate and of
 * each key: HAVING becomes WHERE, and expressions, windows, ORDER BY and LIMIT stay what they are.
 * So types, scales and collations are the server's.
 */
public final class Regrouping {

  /** The name of the parts on the server that finishes. */
  private static final String STAGE = "\"shardjdbc:parts\"";

  /** The name of the groups in the caller's text. */
  private static final String GROUPS = "\"shardjdbc:groups\"";

  /**
   * A column of the groups: a key, or an aggregate put together from parts.
   *
   * @param name quoted
   */
  public record Column(String name, Combination combination) {}

  /** An aggregate in terms of its parts, once their types are known. */
  @FunctionalInterface
  public interface Combination {
    String with(Map<String, ValueType> types);
  }

  /**
   * What each shard answers, and the groups that are made of it.
   *
   * @param text what the shards are asked
   */
  public record Parts(ShardText text, List<PartialColumn> of, List<Column> groups) {
    public Parts {
      of = List.copyOf(of);
      groups = List.copyOf(groups);
    }
  }

  /**
   * The last step's text, in pieces.
   *
   * @param before up to FROM
   * @param behind behind FROM
   */
  public record LastStep(List<Object> before, List<Object> behind) {
    public LastStep {
      before = List.copyOf(before);
      behind = List.copyOf(behind);
    }
  }

  /**
   * The way in words, for explain.
   *
   * @param way how the parts come together
   * @param what comes together
   */
  public record Words(String way, String what) {}

  private final ParsedSql parsed;
  private final Home home;
  private final Targets anchors;
  private final ShardText text;
  private final List<PartialColumn> parts;
  private final List<Column> columns;
  private final LastStep last;
  private final String tables;
  private final ShardId first;
  private final Words words;

  /**
   * @param planned the map that the statement is planned by, for explain
   */
  public Regrouping(
      ParsedSql parsed,
      Home home,
      Targets anchors,
      Parts parts,
      LastStep last,
      ShardMap planned,
      Words words) {
    this.parsed = parsed;
    this.home = home;
    this.anchors = anchors;
    this.text = parts.text();
    this.parts = parts.of();
    this.columns = parts.groups();
    this.last = last;
    this.tables =
        anchors.sharded().stream()
            .map(target -> target.table().displayName())
            .distinct()
            .collect(Collectors.joining(", "));
    this.first = home.in(planned);
    this.words = words;
  }

  Targets anchors() {
    return anchors;
  }

  Route route(Effect effect, boolean primary, Set<ShardId> shards, KeyHashes keys, ShardMap map) {
    List<ShardStatement> own = shards.stream().map(text::on).toList();
    return new Regroup(
        new ManyShards(effect, own, Merge.ONE_AFTER_ANOTHER, keys, primary, List.of()),
        tables,
        parts.size(),
        ofRows(),
        home.in(map),
        (chosen, types) -> finish(chosen, types, effect, primary));
  }

  private Gather finish(ShardId chosen, List<ValueType> types, Effect effect, boolean primary) {
    List<StagedColumn> staged = new ArrayList<>();
    Map<String, ValueType> byName = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      staged.add(parts.get(i).staged(types.get(i)));
      byName.put(parts.get(i).name(), types.get(i));
    }
    String groups = groups(byName);
    Template overTables = text(new Template(parsed), groups);
    Template overArrays =
        text(
            new Template(parsed).write("WITH " + Gathering.commonTable(STAGE, staged) + " "),
            groups);
    Stage stage = new Stage(STAGE, tables, staged, List.of());
    return new Gather(
        effect, primary, List.of(stage), overArrays.on(chosen), overTables.on(chosen));
  }

  private Template text(Template template, String groups) {
    append(template, last.before());
    template.write(" FROM ").write(groups);
    return append(template, last.behind());
  }

  /**
   * What a shard answers of its parts: their texts, their types, and in the first row the numbers
   * of their types. The driver tells a type by its name alone where it found it on the search path
   * of the time, and other schemas may have others of that name.
   */
  public static String texts(List<PartialColumn> parts) {
    List<String> columns = new ArrayList<>();
    parts.forEach(part -> columns.add(part.quoted() + "::pg_catalog.text"));
    parts.forEach(part -> columns.add("CASE WHEN false THEN " + part.quoted() + " END"));
    columns.add(
        parts.stream()
            .map(part -> "pg_catalog.pg_typeof(" + part.quoted() + ")::pg_catalog.oid")
            .collect(
                Collectors.joining(
                    ", ",
                    "CASE pg_catalog.row_number() OVER () WHEN 1 THEN ARRAY[",
                    "]::pg_catalog.text END")));
    return String.join(", ", columns);
  }

  public static Template append(Template template, List<Object> pieces) {
    for (Object piece : pieces) {
      if (piece instanceof Span span) {
        template.copy(span);
      } else {
        template.write((String) piece);
      }
    }
    return template;
  }

  private String groups(Map<String, ValueType> types) {
    String list =
        columns.stream()
            .map(column -> column.combination().with(types) + " AS " + column.name())
            .collect(Collectors.joining(", "));
    String keys =
        parts.stream()
            .filter(PartialColumn::groupsTheWhole)
            .map(PartialColumn::quoted)
            .collect(Collectors.joining(", "));
    String groupBy = keys.isEmpty() ? "" : " GROUP BY " + keys;
    return "(SELECT " + list + " FROM " + STAGE + groupBy + ") AS " + GROUPS;
  }

  /** Whether the parts are rows and not groups. */
  boolean ofRows() {
    return parts.stream().anyMatch(part -> part.kind() == PartialColumn.Kind.SORTED);
  }

  /** The way in words, for explain. */
  String description() {
    return words.way() + " on " + first + ": " + words.what();
  }
}
