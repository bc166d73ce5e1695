package io.shardjdbc.gather;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InRounds;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.wrap.Binding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs statements that one shard answers over rows of others, for all sessions of a DataSource.
 * Thread-safe.
 *
 * <p>Rows are fetched as text in one pass, bounded by the limits of the configuration. In a
 * transaction they are fetched by its own connections, so that it sees what it has written.
 */
public final class Gatherer {

  /** Beyond this, tables with statistics are worth their creation. */
  private static final int ROWS_AS_ARRAYS = 2_000;

  /** So many rows to compare take as long as the creation of tables. */
  private static final long MOST_PAIRS = 100_000;

  static final int ROWS_AT_A_TIME = 1_000;
  private static final String GROUPING_ERROR = "42803";

  /**
   * Has the server look, while it works, whether its client is still there: what it joins for a
   * process that was killed would take its processors for as long as it takes. Servers before 14
   * cannot, and of later ones all on Linux can.
   */
  private static final String LOOK_FOR_CLIENT =
      "SELECT CASE WHEN pg_catalog.current_setting('client_connection_check_interval', true) = '0'"
          + " AND pg_catalog.version() LIKE '%linux%'"
          + " THEN pg_catalog.set_config('client_connection_check_interval', '1s', true) END";

  /**
   * Where transactions read only unless they say otherwise, this one says so for its own tables.
   */
  private static final String BEFORE_TABLES = "SET TRANSACTION READ WRITE; " + LOOK_FOR_CLIENT;

  private static final String AFTER_TABLES =
      "SELECT pg_catalog.set_config('transaction_read_only',"
          + " pg_catalog.current_setting('default_transaction_read_only'), true)";

  private final Runner runner;
  private final Optional<GatherLimits> limits;
  private final Regrouper regrouper;

  /**
   * @param limits how much one statement may gather; empty where none may
   */
  public Gatherer(Runner runner, Optional<GatherLimits> limits) {
    this.runner = runner;
    this.limits = limits;
    this.regrouper = new Regrouper(runner, this, limits);
  }

  /**
   * Fetches, stages, and runs the caller's statement.
   *
   * @return the answer of the one shard
   * @throws SQLException a refusal where policy forbids it or a limit is passed, naming the table
   */
  public Answer run(Execution<Gather> execution) throws SQLException {
    long start = System.nanoTime();
    execution.admit();
    Gather route = execution.route();
    GatherLimits allowed =
        limits(route.stages().stream().map(Stage::table).collect(Collectors.joining(", ")));
    Session session = execution.session();
    InRounds rounds = route.inRounds();
    try {
      if (rounds != null && route.effect() == Effect.READ) {
        Rounds inRounds = new Rounds(runner, this, execution, rounds, allowed);
        if (session.inTransaction() && session.modes().seesAllAtOneMoment()) {
          return inRounds.runInTransaction(start);
        }
        if (!session.inTransaction() && !session.streams()) {
          return inRounds.run(start);
        }
      }
    } catch (SQLException e) {
      throw isOfTheText(e) ? errorOfTheWhole(e, execution) : e;
    }
    List<StagedRows> staged;
    try {
      staged = fetch(execution, route.stages(), allowed);
    } catch (SQLException e) {
      throw isOfTheText(e) ? errorOfTheWhole(e, execution) : e;
    }
    return finish(execution, staged, start);
  }

  /**
   * Has the shards group, puts the groups together on one of them, and finishes the statement.
   *
   * @return the answer of the one shard
   * @throws SQLException a refusal where types are not put together exactly, or there are too many
   *     groups
   */
  public Answer regroup(Execution<Regroup> execution) throws SQLException {
    return regrouper.run(execution);
  }

  /**
   * Runs the caller's statement over rows that were fetched, in the time that is left of what all
   * of it may take.
   */
  Answer finish(Execution<Gather> asked, List<StagedRows> staged, long startNanos)
      throws SQLException {
    Execution<Gather> execution = asked.doing(asked.invocation().within(runner.rest(startNanos)));
    Session session = execution.session();
    boolean asTables = areMany(staged) && !session.inTransaction() && !session.isReadOnly();
    return toldAsOfTheWhole(
        execution, () -> asTables ? overTables(execution, staged) : overArrays(execution, staged));
  }

  /**
   * The same on a connection that is held apart for it, whose transaction the answer ends.
   *
   * @param apart ended here if there is no answer
   */
  Answer finishOn(Held apart, Execution<Gather> asked, List<StagedRows> staged, long startNanos)
      throws SQLException {
    Execution<Gather> execution = asked.doing(asked.invocation().within(runner.rest(startNanos)));
    boolean asTables = areMany(staged) && !execution.session().isReadOnly();
    return toldAsOfTheWhole(
        execution,
        () ->
            asTables
                ? overTables(execution, staged, apart)
                : runner.runApart(lastOverArrays(execution, staged), apart));
  }

  /**
   * Of arrays a server knows nothing but how long they are, and reads one as a whole for each row
   * of another: so they have to be short together.
   */
  private static boolean areMany(List<StagedRows> staged) {
    long rows = 0;
    long pairs = 1;
    for (StagedRows each : staged) {
      rows += each.rows();
      pairs = Math.min(MOST_PAIRS + 1, pairs * Math.max(1, each.rows()));
    }
    return rows > ROWS_AS_ARRAYS || (staged.size() > 1 && pairs > MOST_PAIRS);
  }

  /** The last step. */
  private interface LastStep {
    Answer run() throws SQLException;
  }

  private static Answer toldAsOfTheWhole(Execution<Gather> execution, LastStep step)
      throws SQLException {
    try {
      return step.run();
    } catch (UnknownOutcomeException e) {
      // It runs on a primary for the sake of its copies; a statement that reads has done nothing.
      if (execution.route().effect() == Effect.READ && e.getCause() instanceof SQLException lost) {
        throw SqlErrors.unavailable(execution.route().overArrays().shard(), lost);
      }
      throw e;
    } catch (SQLException e) {
      // Copies have no primary key on which other columns could be known to depend.
      throw GROUPING_ERROR.equals(e.getSQLState())
          ? SqlErrors.of(e, ErrorCode.UNSUPPORTED_CLAUSE, "GROUP BY of a primary key")
          : e;
    }
  }

  /**
   * The bounds of what one statement may bring together.
   *
   * @param tables what it would bring, for the message
   * @throws SQLException a refusal where policy forbids it
   */
  public GatherLimits limits(String tables) throws SQLException {
    return limits.orElseThrow(() -> SqlErrors.of(ErrorCode.GATHER_REFUSED, tables));
  }

  /** The same where policy has no say, because rows move for good. */
  public GatherLimits limitsOfMoves() {
    return limits.orElseGet(GatherLimits::defaults);
  }

  /**
   * Fetches rows once, and runs a write with them on each of its shards.
   *
   * @return the answer of these shards
   * @throws SQLException as of {@link #run}
   */
  public Answer broadcast(Execution<Broadcast> execution) throws SQLException {
    execution.admit();
    Broadcast route = execution.route();
    Invocation invocation = execution.invocation();
    List<Stage> stages = route.stages();
    GatherLimits allowed =
        limits(stages.stream().map(Stage::table).collect(Collectors.joining(", ")));
    List<StagedRows> staged = fetch(execution, stages, allowed);
    List<Binding> arrays = new ArrayList<>();
    staged.forEach(rows -> arrays.addAll(rows.arrays()));
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardStatement statement : route.write().statements()) {
      statements.add(statement.behind(arrays.size(), invocation.bindings().size()));
    }
    DirectRoute write = route.write().with(statements);
    return runner.run(execution.on(write).doing(invocation.with(arrays)));
  }

  /** Whether no row has to be read to find that error: of names, types, syntax. */
  private static boolean isOfTheText(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("42") || state.startsWith("3F"));
  }

  /** Of several errors in a statement, the caller is told the one that a server finds first. */
  private SQLException errorOfTheWhole(SQLException ofAPart, Execution<Gather> execution) {
    List<StagedRows> nothing = execution.route().stages().stream().map(StagedRows::new).toList();
    try {
      overArrays(execution, nothing).close();
      return ofAPart;
    } catch (SQLException ofTheWhole) {
      return isOfTheText(ofTheWhole) ? ofTheWhole : ofAPart;
    }
  }

  private List<StagedRows> fetch(Execution<?> execution, List<Stage> stages, GatherLimits allowed)
      throws SQLException {
    Route route = execution.route();
    Execution<?> fetching = execution.doing(execution.invocation().fetching(ROWS_AT_A_TIME));
    List<StagedRows> staged = stages.stream().map(StagedRows::new).toList();
    StageFetch fetch = new StageFetch(stages, execution.invocation().bindings().size());
    StageLimit limit = new StageLimit(allowed);
    if (fetch.isOneForEach()) {
      for (StagedRows into : staged) {
        if (!into.stage().fetches().isEmpty()) {
          DirectRoute each = fetching(route, into.stage().fetches());
          try (Answer answer = runner.run(fetching.on(each))) {
            limit.read(answer, 0, row -> into);
          }
        }
      }
      return staged;
    }
    try (Answer answer = runner.run(fetching.on(fetching(route, fetch.together())))) {
      limit.read(answer, 1, row -> staged.get(row.getInt(1)));
    }
    return staged;
  }

  private static DirectRoute fetching(Route route, List<ShardStatement> statements) {
    Effect effect = route.effect() == Effect.READ ? Effect.READ : Effect.READ_ON_PRIMARY;
    return fetching(effect, route.primary(), statements);
  }

  static DirectRoute fetching(Effect effect, boolean primary, List<ShardStatement> statements) {
    return new ManyShards(
        effect, statements, Merge.ONE_AFTER_ANOTHER, KeyHashes.any(), primary, List.of());
  }

  private Answer overArrays(Execution<Gather> execution, List<StagedRows> staged)
      throws SQLException {
    return runner.run(lastOverArrays(execution, staged));
  }

  private static Execution<DirectRoute> lastOverArrays(
      Execution<Gather> execution, List<StagedRows> staged) {
    Gather route = execution.route();
    Invocation invocation = execution.invocation();
    List<Binding> arrays = new ArrayList<>();
    staged.forEach(rows -> arrays.addAll(rows.arrays()));
    int callers = invocation.bindings().size();
    DirectRoute over = single(route, route.overArrays().behind(arrays.size(), callers));
    return execution.on(over).doing(invocation.with(arrays));
  }

  private Answer overTables(Execution<Gather> execution, List<StagedRows> staged)
      throws SQLException {
    DirectRoute over = single(execution.route(), execution.route().overTables());
    return overTables(execution, staged, execution.session().holdApart(over.only().shard(), over));
  }

  private Answer overTables(Execution<Gather> execution, List<StagedRows> staged, Held apart)
      throws SQLException {
    Session session = execution.session();
    DirectRoute over = single(execution.route(), execution.route().overTables());
    try {
      runner.runApart(
          execution.on(over),
          List.of(apart),
          on -> TemporaryTables.create(on, staged, BEFORE_TABLES, AFTER_TABLES));
    } catch (SQLException e) {
      giveUp(session, apart);
      throw e;
    } catch (RuntimeException | Error e) {
      giveUp(session, apart);
      throw e;
    }
    return runner.runApart(execution.on(over), apart);
  }

  /** Ends a transaction of the library's own, of which nothing is to stay. */
  static void giveUp(Session session, Held apart) {
    apart.rollback();
    session.endApart(apart);
    session.release(apart);
  }

  private static DirectRoute single(Gather route, ShardStatement statement) {
    return new OneShard(Effect.READ_ON_PRIMARY, statement, route.keys(), true, null, List.of());
  }
}
