package io.shardjdbc.gather;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.ReplicaErrors;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InRounds;
import io.shardjdbc.routing.route.InRounds.FoundColumn;
import io.shardjdbc.routing.route.InRounds.Thinned;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.wrap.Binding;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One gathering statement whose tables are fetched one after another: the values that were found in
 * some thin out the others, as in a program of semi-joins.
 *
 * <p>Each shard is asked several times and has to be seen at one moment. So each is held in a
 * transaction of its own that sees one, until its last rows have come; the last step runs in that
 * of its shard.
 */
final class Rounds {

  /** More values than this are not worth their way to all shards. */
  private static final int MOST_VALUES = 50_000;

  private static final int TRIES = 3;
  private static final String ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";

  /** Where tables may be made later; once it has looked, one that reads only stays so. */
  private static final String OF_HOME = ONE_MOMENT + ", READ WRITE";

  private final Runner runner;
  private final Gatherer gatherer;
  private final Execution<Gather> execution;
  private final InRounds rounds;
  private final GatherLimits allowed;

  /**
   * @param gatherer runs the last step
   */
  Rounds(
      Runner runner,
      Gatherer gatherer,
      Execution<Gather> execution,
      InRounds rounds,
      GatherLimits allowed) {
    this.runner = runner;
    this.gatherer = gatherer;
    this.execution = execution;
    this.rounds = rounds;
    this.allowed = allowed;
  }

  /** How a shard's parts of a round are asked. */
  private interface Asking {
    Answer of(Execution<DirectRoute> parts) throws SQLException;
  }

  /** The same in a transaction that is open, and sees all of its shards at one moment. */
  Answer runInTransaction(long startNanos) throws SQLException {
    List<StagedRows> staged = fetch(runner::run, startNanos);
    return gatherer.finish(execution.on(plain()), staged, startNanos);
  }

  /** Fetches, and runs the last step. */
  Answer run(long startNanos) throws SQLException {
    for (int left = TRIES - 1; ; left--) {
      List<Held> used = new ArrayList<>();
      try {
        return once(used, startNanos, left == 0);
      } catch (SQLException e) {
        if (left == 0 || !isWorthAnother(used, e)) {
          throw e;
        }
      }
    }
  }

  private static boolean isWorthAnother(List<Held> all, SQLException failure) {
    boolean lost = SqlErrors.isConnectionLost(failure);
    return ReplicaErrors.mayDoOnPrimaries(all, failure)
        || (lost && all.stream().anyMatch(Held::isBroken));
  }

  /**
   * @param used takes the connections that were held
   */
  private Answer once(List<Held> used, long startNanos, boolean onPrimaries) throws SQLException {
    Session session = execution.session();
    ShardId home = rounds.overTables().shard();
    Map<ShardId, Held> held = new LinkedHashMap<>();
    List<StagedRows> staged;
    Held last;
    try {
      hold(held, used, home, onPrimaries);
      staged = fetch(parts -> runner.runApart(parts, of(parts, held)), startNanos);
      last = Objects.requireNonNull(held.remove(home)); // the last step ends it
      runner.runApart(telling(), List.copyOf(held.values()), Connection::rollback); // all at once
    } finally {
      held.values().forEach(one -> Gatherer.giveUp(session, one));
    }
    return gatherer.finishOn(last, execution.on(plain()), staged, startNanos);
  }

  private static List<Held> of(Execution<DirectRoute> parts, Map<ShardId, Held> held) {
    return parts.route().statements().stream()
        .map(statement -> Objects.requireNonNull(held.get(statement.shard())))
        .toList();
  }

  /** The last step alone. */
  private Gather plain() {
    Gather route = execution.route();
    return new Gather(
        route.effect(), route.primary(), rounds.plain(), rounds.overArrays(), rounds.overTables());
  }

  /** Takes a connection to each shard, in the order in which all take them. */
  private void hold(Map<ShardId, Held> held, List<Held> used, ShardId home, boolean onPrimaries)
      throws SQLException {
    Session session = execution.session();
    Set<ShardId> asked = new LinkedHashSet<>();
    for (Stage stage : rounds.plain()) {
      stage.fetches().forEach(fetch -> asked.add(fetch.shard()));
    }
    asked.add(home);
    for (ShardId shard : execution.map().shards()) {
      if (asked.contains(shard)) {
        Effect effect =
            shard.equals(home) || onPrimaries ? Effect.READ_ON_PRIMARY : execution.route().effect();
        Held one = session.holdApart(shard, fetching(effect, List.of(rounds.overTables())));
        held.put(shard, one);
        used.add(one);
      }
    }
    Connection last = Objects.requireNonNull(held.get(home)).connection();
    runner.runApart(
        telling(),
        List.copyOf(held.values()),
        connection -> tell(connection, connection == last ? OF_HOME : ONE_MOMENT));
  }

  /** For what is said to all of them. */
  private Execution<DirectRoute> telling() {
    return execution.on(fetching(execution.route().effect(), List.of(rounds.overTables())));
  }

  private DirectRoute fetching(Effect effect, List<ShardStatement> statements) {
    return Gatherer.fetching(effect, execution.route().primary(), statements);
  }

  private static void tell(Connection connection, String level) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(level);
    }
  }

  private List<StagedRows> fetch(Asking asking, long startNanos) throws SQLException {
    Invocation fetching = execution.invocation().fetching(Gatherer.ROWS_AT_A_TIME);
    List<StagedRows> staged = rounds.plain().stream().map(StagedRows::new).toList();
    StageLimit limit = new StageLimit(allowed);
    for (int round = 0; round < rounds.rounds(); round++) {
      fetch(asking, staged, round, limit, fetching.within(runner.rest(startNanos)));
    }
    return staged;
  }

  private void fetch(
      Asking asking, List<StagedRows> staged, int round, StageLimit limit, Invocation invocation)
      throws SQLException {
    List<StagedRows> into = new ArrayList<>();
    List<Thinned> stages = new ArrayList<>();
    List<List<Binding>> values = new ArrayList<>();
    for (int i = 0; i < staged.size(); i++) {
      Thinned stage = rounds.stages().get(i);
      if (stage.round() == round) {
        into.add(staged.get(i));
        stages.add(stage);
        values.add(found(stage, staged));
      }
    }
    List<Binding> all = values.stream().flatMap(List::stream).toList();
    List<Stage> asked = new ArrayList<>();
    int before = 0;
    for (int i = 0; i < stages.size(); i++) {
      asked.add(asked(stages.get(i), before, values.get(i).size(), all.size()));
      before += values.get(i).size();
    }
    List<ShardStatement> statements = new StageFetch(asked, 0).together();
    if (statements.isEmpty()) {
      return;
    }
    DirectRoute route = fetching(execution.route().effect(), statements);
    try (Answer answer = asking.of(execution.<DirectRoute>on(route).doing(invocation.with(all)))) {
      limit.read(answer, 1, row -> into.get(row.getInt(1)));
    }
  }

  /** What a stage asks for, by the values that were found if there are not too many of them. */
  private static Stage asked(Thinned stage, int before, int own, int all) {
    List<ShardStatement> fetches =
        own > 0 && own == stage.found().size() ? stage.fetches() : stage.stage().fetches();
    return new Stage(
        stage.stage().name(),
        stage.stage().table(),
        stage.stage().columns(),
        fetches.stream().map(fetch -> fetch.withFound(before, all)).toList());
  }

  /** Nothing where they are too many. */
  private static List<Binding> found(Thinned stage, List<StagedRows> staged) {
    List<Binding> values = new ArrayList<>();
    for (FoundColumn column : stage.found()) {
      Set<String> distinct = staged.get(column.stage()).distinct(column.column());
      if (distinct.size() > MOST_VALUES) {
        return List.of();
      }
      values.add(new TextArray(distinct.toArray(new @Nullable String[0])));
    }
    return values;
  }
}
