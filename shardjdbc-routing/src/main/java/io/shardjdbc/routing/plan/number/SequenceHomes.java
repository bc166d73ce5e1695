package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.PlanAround;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what moves a sequence on at its home, over whatever plan a statement has.
 *
 * <p>Whatever numbers a statement has not been given first, its server takes itself: by {@code
 * nextval} or {@code setval} in the text, or by a default that the text leaves to it. That is right
 * on the sequence's home alone, so a route to any other shard is refused. It looks at the statement
 * as a whole, so that no planner can forget it.
 */
public final class SequenceHomes {

  private final Sequences sequences;
  private final Map<String, Home> homes = new LinkedHashMap<>();

  /**
   * Where one sequence counts.
   *
   * @param called whether the text calls for a number, so that what is fetched first may take it
   */
  private record Home(ShardId shard, boolean called) {}

  private final Tables tables;
  private @Nullable NumberedSource numbered;
  private @Nullable NumberedAssignments assigned;

  private SequenceHomes(Tables tables) {
    this.tables = tables;
    this.sequences = new Sequences(tables);
  }

  /** The plan, to be used at the homes of the sequences alone that the statement moves on. */
  public static Plan over(Plan plan, ParsedSql parsed, Hint hint, Tables tables) {
    Statement statement = parsed.statement();
    if (tables.serversCount()
        || (statement instanceof Utility utility && utility.inner() == null)
        || !mayStep(statement)) {
      return plan;
    }
    SequenceHomes homes = new SequenceHomes(tables);
    if (statement instanceof Insert insert && !hint.pins()) {
      homes.numbered = NumberedSource.of(tables, insert);
    }
    if (statement instanceof Update update && !hint.pins()) {
      homes.assigned = NumberedAssignments.of(tables, update);
    }
    if (!(statement instanceof io.shardjdbc.routing.sql.MergeInto merge)
        || hint.pins()
        || !homes.isShardedTarget(merge)
        || NumberedMerge.of(tables, merge) == null) {
      homes.collect(statement);
    }
    if (homes.homes.isEmpty()) {
      return plan;
    }
    ShardId home = homes.homes.values().iterator().next().shard();
    boolean free = statement instanceof SelectStatement && !hint.pins() && !namesTable(statement);
    boolean elsewhere = !home.equals(homes.sequences.first());
    if (free && elsewhere && homes.homes.values().stream().distinct().count() == 1) {
      Plan there = new FixedPlan(parsed, plan.effect(), hint, home, KeyHashes.any());
      return new AtHome(there, Map.of());
    }
    return new AtHome(plan, Map.copyOf(homes.homes));
  }

  /** The homes of the sequences that a statement moves on where it runs, if nobody rewrites it. */
  public static Set<ShardId> of(Statement statement, Tables tables) {
    SequenceHomes found = new SequenceHomes(tables);
    found.collect(statement);
    return found.homes.values().stream().map(Home::shard).collect(Collectors.toSet());
  }

  /** Whether all numbers of a MERGE are taken first. */
  private boolean isShardedTarget(io.shardjdbc.routing.sql.MergeInto merge) {
    return sequences.target(merge.target()) instanceof Table.Sharded;
  }

  /** A cheap look, for most statements are reads that call nothing of the kind. */
  private static boolean mayStep(Node statement) {
    return !(statement instanceof SelectStatement)
        || CountedText.steps(statement)
        || writes(statement);
  }

  private static boolean writes(Node node) {
    return node instanceof Insert
        || node instanceof Update
        || node instanceof io.shardjdbc.routing.sql.MergeInto
        || node.anyChild(SequenceHomes::writes);
  }

  private static boolean namesTable(Node node) {
    return node instanceof FromItem.Table || node.anyChild(SequenceHomes::namesTable);
  }

  private void collect(Node node) {
    if (node instanceof Utility utility && utility.inner() != null) {
      collect(utility.inner());
    }
    if (numbered != null && node instanceof Expr item && numbered.replaces(item)) {
      return;
    }
    if (assigned != null && node instanceof Expr value && assigned.replaces(value)) {
      return;
    }
    if (node instanceof Expr.Call call && Sequences.isStep(call)) {
      Draw draw = sequences.draw(call);
      homes.put(
          draw == null ? "the sequence" : draw.sequence(),
          new Home(draw == null ? sequences.first() : draw.home(), true));
    } else if (node instanceof Insert insert) {
      left(insert);
    } else if (node instanceof Update update) {
      assigned(update.target(), update.assignments());
    } else if (node instanceof io.shardjdbc.routing.sql.MergeInto merge) {
      merged(merge);
    }
    node.eachChild(this::collect);
  }

  private void left(Insert insert) {
    List<Expr.Row> rows = NumberedRows.rows(insert);
    for (CountedColumn column : sequences.counted(insert.target())) {
      if (numbered != null && rows == null && numbered.numbers(column.name())) {
        continue;
      }
      boolean given = given(insert, column.name(), rows);
      boolean ignored = column.identity() && "user".equals(insert.overriding());
      if (!given || ignored || usesDefault(insert, column.name(), rows)) {
        note(insert.target(), column);
      }
    }
    if (insert.onConflict() != null) {
      assigned(insert.target(), insert.onConflict().assignments());
    }
  }

  private boolean given(Insert insert, String column, @Nullable List<Expr.Row> rows) {
    if (!insert.columns().isEmpty()) {
      return insert.columns().contains(column);
    }
    List<String> all = sequences.columns(insert.target());
    if (rows != null) {
      int at = all.indexOf(column);
      return at >= 0 && at < rows.get(0).items().size();
    }
    List<String> given = NumberedSource.given(tables, insert, all);
    return given != null && given.contains(column);
  }

  private boolean usesDefault(Insert insert, String column, @Nullable List<Expr.Row> rows) {
    List<String> columns =
        insert.columns().isEmpty() ? sequences.columns(insert.target()) : insert.columns();
    int at = columns.indexOf(column);
    return rows != null
        && rows.stream().anyMatch(row -> at < row.items().size() && isDefault(row.items().get(at)));
  }

  private static boolean isDefault(Expr e) {
    return e instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT;
  }

  private void assigned(FromItem.Table target, List<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      Expr value = assignment.value();
      for (int i = 0; i < assignment.columns().size(); i++) {
        boolean one = assignment.columns().size() == 1;
        Expr own =
            !one && value instanceof Expr.Row row && i < row.items().size()
                ? row.items().get(i)
                : value;
        String name = assignment.columns().get(i);
        if (isDefault(own) && !(this.assigned != null && this.assigned.replaces(own))) {
          sequences.counted(target).stream()
              .filter(column -> column.name().equals(name))
              .forEach(column -> note(target, column));
        }
      }
    }
  }

  private void merged(io.shardjdbc.routing.sql.MergeInto merge) {
    for (io.shardjdbc.routing.sql.MergeInto.When when : merge.whens()) {
      assigned(merge.target(), when.assignments());
      if (when.action() == io.shardjdbc.routing.sql.MergeInto.Action.INSERT) {
        Expr.Row row = when.values();
        for (CountedColumn column : sequences.counted(merge.target())) {
          List<String> columns =
              when.columns().isEmpty() ? sequences.columns(merge.target()) : when.columns();
          int at = columns.indexOf(column.name());
          if (row == null || at < 0 || at >= row.items().size() || isDefault(row.items().get(at))) {
            note(merge.target(), column);
          }
        }
      }
    }
  }

  private void note(FromItem.Table target, CountedColumn column) {
    CountedText text = CountedText.ofDefault(column.expression(), sequences);
    String name = "column " + column.name() + " of " + target.name().last();
    if (text == null) {
      homes.put(name, new Home(sequences.first(), false));
      return;
    }
    List<Draw> draws = new ArrayList<>();
    text.slots().forEach(slot -> draws.add(slot.draw()));
    draws.forEach(draw -> homes.put(name, new Home(draw.home(), false)));
  }

  /** A plan whose every part has to run at home. */
  private record AtHome(Plan plan, Map<String, Home> homes) implements PlanAround {

    @Override
    public boolean movesSequences() {
      return true;
    }

    @Override
    public Route route(List<@Nullable Object> values, ShardMap map) {
      return checked(plan.route(values, map));
    }

    @Override
    public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
      return plan.instead(failed, values, map).map(this::checked);
    }

    /**
     * Whether a function that the statement calls is called on the route's own shard, and there
     * alone.
     */
    private static final Route.Cases<Boolean, RuntimeException> CALLS_THERE =
        new Route.Cases<>() {
          @Override
          public Boolean oneShard(OneShard route) {
            return true;
          }

          @Override
          public Boolean anyShard(AnyShard route) {
            return false;
          }

          @Override
          public Boolean manyShards(ManyShards route) {
            return false;
          }

          @Override
          public Boolean gather(Gather route) {
            return true;
          }

          @Override
          public Boolean regroup(Regroup route) {
            return false;
          }

          @Override
          public Boolean broadcast(Broadcast route) {
            return false;
          }

          @Override
          public Boolean distribute(Distribute route) {
            return false;
          }

          @Override
          public Boolean inTurn(InTurn route) {
            return false;
          }

          @Override
          public Boolean ofSession(OfSession route) {
            return false;
          }
        };

    private Route checked(Route route) {
      homes.forEach(
          (what, home) -> {
            boolean there = route.shards().equals(List.of(home.shard()));
            if (!there || (home.called() && !route.fold(CALLS_THERE))) {
              throw new RoutingException(ErrorCode.SEQUENCE_APART, what, home.shard());
            }
          });
      return route;
    }
  }
}
