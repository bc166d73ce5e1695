package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
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
   */
  public record StagePlan(
      String name,
      String table,
      List<StagedColumn> columns,
      List<String> tableColumns,
      Fetch fetch,
      Targets targets) {}

  private final Home home;
  private final ShardId first;
  private final List<StagePlan> stages;
  private final ShardText overArrays;
  private final ShardText overTables;
  private final @Nullable OwnRows ownRows;

  /**
   * @param inPlace whether the last step reads tables of its shard where they lie
   * @param planned the map that the statement is planned by, for explain
   */
  public Gathering(
      ParsedSql parsed,
      Query query,
      Home home,
      boolean inPlace,
      ShardMap planned,
      List<StagePlan> stages,
      List<Edit> edits) {
    this.home = home;
    this.first = home.in(planned);
    this.stages = List.copyOf(stages);
    Template plain = Template.edited(parsed, edits);
    this.overTables = plain.finished();
    boolean first = query.with() == null;
    int at = placeOfTables(query.with(), query.span().start());
    this.ownRows = inPlace ? new OwnRows(stages, plain, at, first) : null;
    List<Edit> withArrays = new ArrayList<>(edits);
    if (!stages.isEmpty()) {
      withArrays.add(commonTables(query.with(), query.span().start(), stages));
    }
    this.overArrays = Template.edited(parsed, withArrays).finished();
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
    if (rows == null || !own.contains(true)) {
      return new Gather(effect, primary, fetched, overArrays.on(where), overTables.on(where));
    }
    List<Stage> others = fetched.stream().map(stage -> stage.without(where)).toList();
    return new Gather(
        effect, primary, others, rows.overArrays(where, own), rows.overTables(where, own));
  }

  /** What is fetched for the stages, with these values. */
  public static List<Stage> fetched(
      List<StagePlan> stages, List<@Nullable Object> values, ShardMap map) {
    List<Stage> fetched = new ArrayList<>();
    for (StagePlan stage : stages) {
      ShardText fetch = stage.fetch().with(values);
      List<ShardStatement> fetches = new ArrayList<>();
      for (ShardId shard : stage.targets().find(values, map).shards()) {
        fetches.add(fetch.on(shard));
      }
      fetched.add(new Stage(stage.name(), stage.table(), stage.columns(), fetches));
    }
    return fetched;
  }

  @Override
  public String description() {
    return "gather on " + first + ": " + words(stages);
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
