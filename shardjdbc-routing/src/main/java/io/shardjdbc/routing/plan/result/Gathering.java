package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InRounds;
import io.shardjdbc.routing.route.InRounds.FoundColumn;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.routing.route.StagedColumn;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a statement is answered on one shard over rows fetched from others. */
public final class Gathering implements Detour {

  /**
   * A stage before the values are known.
   *
   * @param tableColumns the names of the columns, as the table has them
   * @param fetch the query that each shard with such rows is asked
   * @param targets where the rows lie
   * @param round in which it is fetched, from 0
   * @param found the columns of earlier stages whose values thin it out
   * @param byFound the query that goes by these, as marker {@code -n} for the n-th of them
   */
  public record StagePlan(
      String name,
      String table,
      List<StagedColumn> columns,
      List<String> tableColumns,
      Fetch fetch,
      Targets targets,
      int round,
      List<FoundColumn> found,
      Template byFound) {

    /** Whether both stages have the same rows. */
    public boolean fetchesAs(StagePlan other) {
      return columns.equals(other.columns)
          && fetch.thinned().says(other.fetch.thinned())
          && found.equals(other.found)
          && byFound.says(other.byFound)
          && targets.sharded().equals(other.targets.sharded());
    }

    private InRounds.Thinned thinned(Stage stage) {
      ShardText text = byFound.finished();
      return new InRounds.Thinned(
          stage,
          round,
          found,
          stage.fetches().stream().map(fetch -> text.on(fetch.shard())).toList());
    }
  }

  private final Home home;
  private final ShardId first;
  private final List<StagePlan> stages;
  private final ShardText overArrays;
  private final ShardText overTables;
  private final @Nullable OwnRows ownRows;
  private final @Nullable Rounds rounds;

  /** The stages in rounds, and the last step over them. */
  private record Rounds(List<StagePlan> stages, ShardText overArrays, ShardText overTables) {}

  /**
   * @param inPlace whether the last step reads tables of its shard where they lie
   * @param planned the map that the statement is planned by, for explain
   * @param atOnce what is asked for in one go
   * @param inRounds what is asked for in rounds, where that is fewer rows
   */
  public Gathering(
      ParsedSql parsed,
      Query query,
      Home home,
      boolean inPlace,
      ShardMap planned,
      Staged atOnce,
      @Nullable Staged inRounds) {
    this.home = home;
    this.first = home.in(planned);
    this.stages = atOnce.stages();
    Template plain = Template.edited(parsed, atOnce.edits());
    this.overTables = plain.finished();
    boolean first = query.with() == null;
    int at = placeOfTables(query.with(), query.span().start());
    this.ownRows = inPlace ? new OwnRows(stages, plain, at, first) : null;
    this.overArrays = overArrays(parsed, query, atOnce);
    this.rounds =
        inRounds == null
            ? null
            : new Rounds(
                inRounds.stages(),
                overArrays(parsed, query, inRounds),
                Template.edited(parsed, inRounds.edits()).finished());
  }

  private static ShardText overArrays(ParsedSql parsed, Query query, Staged staged) {
    List<Edit> edits = new ArrayList<>(staged.edits());
    if (!staged.stages().isEmpty()) {
      edits.add(commonTables(query.with(), query.span().start(), staged.stages()));
    }
    return Template.edited(parsed, edits).finished();
  }

  /**
   * The stages as common tables of a statement.
   *
   * @param with the WITH it has
   * @param start where it starts
   */
  public static Edit commonTables(Query.@Nullable With with, int start, List<StagePlan> stages) {
    String tables =
        stages.stream()
            .map(stage -> commonTable(stage.name(), stage.columns()))
            .collect(Collectors.joining(", "));
    return Edit.insert(
        placeOfTables(with, start), with != null ? tables + ", " : "WITH " + tables + " ");
  }

  private static int placeOfTables(Query.@Nullable With with, int start) {
    return with != null ? with.tables().get(0).span().start() : start;
  }

  /** A definition in WITH, over one array for each column. */
  static String commonTable(String name, List<StagedColumn> stagedColumns) {
    List<String> arrays = Collections.nCopies(stagedColumns.size(), "?::pg_catalog.text[]");
    return name
        + " AS (SELECT "
        + converted(stagedColumns)
        + " FROM "
        // Of several arrays it is PostgreSQL's own by the grammar, and has no schema.
        + (arrays.size() == 1 ? "pg_catalog.unnest(" : "unnest(")
        + String.join(", ", arrays)
        + ") AS staged("
        + numbered(stagedColumns)
        + "))";
  }

  /** The columns of rows that are texts. */
  static String converted(List<StagedColumn> stagedColumns) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < stagedColumns.size(); i++) {
      StagedColumn column = stagedColumns.get(i);
      String collate = column.collation().isEmpty() ? "" : " COLLATE " + column.collation();
      columns.add("c" + i + "::" + column.type() + collate + " AS " + column.name());
    }
    return String.join(", ", columns);
  }

  /** The names of the texts. */
  static String numbered(List<StagedColumn> stagedColumns) {
    return IntStream.range(0, stagedColumns.size())
        .mapToObj(i -> "c" + i)
        .collect(Collectors.joining(", "));
  }

  @Override
  public Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    ShardId where = home.in(map);
    List<Stage> fetched = fetched(stages, values, map);
    OwnRows rows = ownRows;
    List<Boolean> own = fetched.stream().map(stage -> stage.isFetchedFrom(where)).toList();
    InRounds inRounds = inRounds(where, values, map);
    if (rows == null || !own.contains(true)) {
      return new Gather(
          effect, primary, fetched, overArrays.on(where), overTables.on(where), inRounds);
    }
    List<Stage> others = fetched.stream().map(stage -> stage.without(where)).toList();
    return new Gather(
        effect,
        primary,
        others,
        rows.overArrays(where, own),
        rows.overTables(where, own),
        inRounds);
  }

  private @Nullable InRounds inRounds(ShardId where, List<@Nullable Object> values, ShardMap map) {
    if (rounds == null
        || rounds.stages().stream().anyMatch(stage -> stage.fetch().isWhole(values))) {
      return null;
    }
    List<Stage> fetched = fetched(rounds.stages(), values, map);
    List<InRounds.Thinned> thinned = new ArrayList<>();
    for (int i = 0; i < fetched.size(); i++) {
      thinned.add(rounds.stages().get(i).thinned(fetched.get(i)));
    }
    return new InRounds(thinned, rounds.overArrays().on(where), rounds.overTables().on(where));
  }

  /** What is fetched for the stages, with these values. */
  public static List<Stage> fetched(
      List<StagePlan> stages, List<@Nullable Object> values, ShardMap map) {
    List<Stage> fetched = new ArrayList<>();
    for (StagePlan stage : stages) {
      ShardText fetch = stage.fetch().with(values);
      List<ShardStatement> fetches = new ArrayList<>();
      if (stage.targets().isEmpty()) {
        fetches.add(fetch.on(map.first())); // of a table that is copied one copy
      } else {
        stage.targets().find(values, map).shards().forEach(shard -> fetches.add(fetch.on(shard)));
      }
      fetched.add(new Stage(stage.name(), stage.table(), stage.columns(), fetches));
    }
    return fetched;
  }

  @Override
  public String description() {
    return "gather on " + first + ": " + words(stages) + (rounds == null ? "" : inOrder(rounds));
  }

  /** Which tables come after which. */
  private static String inOrder(Rounds rounds) {
    StringBuilder words = new StringBuilder();
    int round = 0;
    for (StagePlan stage : rounds.stages()) {
      words.append(words.isEmpty() ? "; first " : stage.round() > round ? ", then " : ", ");
      words.append(stage.table());
      round = stage.round();
    }
    return words.toString();
  }

  /** Tables and columns, for explain. */
  public static String words(List<StagePlan> stages) {
    List<String> words = new ArrayList<>();
    for (StagePlan stage : stages) {
      words.add(
          stage.table()
              + stage.columns().stream()
                  .map(column -> column.name().substring(1, column.name().length() - 1))
                  .collect(Collectors.joining(", ", " (", ")")));
    }
    return String.join(", ", words);
  }
}
