package io.shardjdbc.jdbc;

import io.shardjdbc.catalog.Definitions;
import io.shardjdbc.dispatch.Answered;
import io.shardjdbc.dispatch.Dispatcher;
import io.shardjdbc.dispatch.OneShardResultSet;
import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.BatchCall;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Missing;
import io.shardjdbc.execute.ReturnedKeys;
import io.shardjdbc.execute.Running;
import io.shardjdbc.merge.Merges;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.merge.RowChanges;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.SessionCommands;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a statement's last execution left: rows or a count, generated keys, warnings.
 *
 * <p>It keeps the shards' answer open for as long as there is something to read from it: rows until
 * they are closed, generated keys and OUT parameters until the next execution.
 */
final class Results implements ResultOwner {

  private static final long NO_COUNT = -1;

  private final LogicalConnection connection;
  private final Statement owner;
  private final Running running;
  private @Nullable SessionCommand command;
  private @Nullable Answer answer;
  private @Nullable ResultSet rows;
  private @Nullable ResultSet keys;
  private @Nullable SQLWarning warnings;
  private @Nullable PlannedChanges changes;
  private @Nullable CallersText text;
  private boolean asWritten;
  private ReturnedKeys wantedKeys = ReturnedKeys.Simple.NONE;
  private @Nullable List<List<Integer>> batchPlaces;
  private List<Results> parts = List.of();
  private long updateCount = NO_COUNT;
  private boolean keepsAnswer;
  private boolean closesOwner;

  Results(LogicalConnection connection, Statement owner) {
    this(connection, owner, Running.of(connection.environment().hearing()));
  }

  private Results(LogicalConnection connection, Statement owner, Running running) {
    this.connection = connection;
    this.owner = owner;
    this.running = running;
  }

  /** What one of several executions of the statement leaves; cancelled with it. */
  Results ofPart() {
    return new Results(connection, owner, running);
  }

  @Override
  public Statement owner() {
    return owner;
  }

  @Override
  public ResultSetMetaData described(ResultSetMetaData ofRows) {
    return text == null || asWritten ? ofRows : text.describing(ofRows);
  }

  @Override
  public @Nullable RowChanges changes() {
    return changes;
  }

  @Override
  public void goesAnotherWay() {
    asWritten = false;
  }

  Session session() {
    return connection.session();
  }

  Running running() {
    return running;
  }

  /** Tells those who hear that it was answered, and says again whether rows came back. */
  boolean answered(boolean cameRows) {
    running.answered(cameRows ? NO_COUNT : updateCount);
    return cameRows;
  }

  /** Executes, and says whether rows came back. */
  boolean execute(Planned planned, Invocation asked) throws SQLException {
    boolean partial = connection.allowsPartialResults() || planned.plan().partial();
    Invocation invocation =
        planned.invocation(asked).partial(partial).ofOneMoment(planned.plan().ofOneMoment());
    return Following.run(new PlannedRun(this, planned, invocation), connection, invocation);
  }

  /** Executes on the route that a plan has by a map, and says whether rows came back. */
  boolean execute(Planned planned, Invocation invocation, Route route, ShardMap map)
      throws SQLException {
    running.routed(planned.plan(), route, map);
    text = new CallersText(connection, planned, invocation);
    asWritten = route.isCallersText() && !planned.plan().replacesViews();
    return execute(new Execution<>(session(), map, route, invocation, running), planned);
  }

  /** Executes on a route that was found before, and says whether rows came back. */
  boolean execute(Route route, ShardMap map, Invocation invocation) throws SQLException {
    return execute(new Execution<>(session(), map, route, invocation, running), null);
  }

  private boolean execute(Execution<Route> asked, @Nullable Planned planned) throws SQLException {
    session().turn().begin();
    try {
      return asked.route().effect() == Effect.SCHEMA
          ? new ConstraintGuard(connection)
              .run(asked.route(), checked -> executeInTurn(asked.on(checked), planned))
          : executeInTurn(asked, planned);
    } finally {
      session().turn().end();
    }
  }

  private boolean executeInTurn(Execution<Route> asked, @Nullable Planned planned)
      throws SQLException {
    reset();
    Invocation invocation = asked.invocation();
    Execution<Route> execution = asked;
    if (invocation.options().updatable()) {
      changes = PlannedChanges.of(connection, asked, planned);
      execution = PlannedChanges.prepared(asked, changes);
    }
    Route route = execution.route();
    command = route.session();
    if (command != null) {
      SQLWarning idle = SessionCommands.warning(session(), command);
      connection.run(command, route);
      warnings = idle;
    }
    if (route.effect() == Effect.SESSION) {
      updateCount = 0;
      return false;
    }
    wantedKeys = invocation.options().keys();
    keepsAnswer = wantedKeys.wanted() || invocation.form() == Invocation.Form.CALL;
    try {
      Dispatcher dispatcher = connection.environment().dispatcher();
      take(
          planned == null
              ? dispatcher.run(execution, this)
              : dispatcher.run(planned, execution, this));
      return rows != null;
    } catch (SQLException | RuntimeException | Error e) {
      reset();
      throw e;
    } finally {
      if (Definitions.mayBeBy(route)) {
        connection.environment().schemaChanged().run();
      }
    }
  }

  private void take(Answered came) throws SQLException {
    answer = came.answer();
    rows = came.rows();
    collectWarnings(came.answer(), connection.environment().code());
    if (rows == null) {
      updateCount = came.answer().updateCount();
      if (!keepsAnswer) {
        closeAnswer();
      }
    }
  }

  private void collectWarnings(Answer come, Supplier<UserCode> code) throws SQLException {
    List<Missing> gaps = come.missing();
    connection.missing(gaps.isEmpty() ? List.of() : gaps.stream().map(Missing::shard).toList());
    warnings = AnswerWarnings.of(come, warnings, code);
  }

  /** What the last execution asked of the session itself. */
  @Nullable SessionCommand command() {
    return command;
  }

  @Nullable ResultSet rows() {
    return rows;
  }

  long updateCount() {
    return updateCount;
  }

  @Nullable SQLWarning warnings() {
    return warnings;
  }

  void warnings(@Nullable SQLWarning now) {
    warnings = now;
  }

  /** Keeps the warnings of a batch whose statements ran one by one; their last count is not its. */
  void ofBatchInTurn(@Nullable SQLWarning all) {
    updateCount = NO_COUNT;
    warnings = all;
  }

  /** Moves to the next result, if one statement gave several; true when it is rows. */
  boolean more(int current) throws SQLException {
    Answer open = answer;
    ResultSet before = rows;
    rows = null;
    updateCount = NO_COUNT;
    boolean several = open != null && open.isOfOneShard();
    if (several && open != null && open.first().physical().getMoreResults(current)) {
      rows = new OneShardResultSet(session(), this, open.first(), open.first().rows());
      return true;
    }
    if (several && open != null) {
      updateCount = open.first().updateCount();
    }
    if (before != null && current != Statement.KEEP_CURRENT_RESULT) {
      before.close();
    }
    if (updateCount == NO_COUNT && current != Statement.KEEP_CURRENT_RESULT && !keepsAnswer) {
      closeAnswer();
    }
    return false;
  }

  /** Runs a batch, whose answer stays open where generated keys are wanted from it. */
  List<BatchCall> executeBatch(Execution<DirectRoute> batch) throws SQLException {
    session().turn().begin();
    try {
      return executeBatchInTurn(batch);
    } finally {
      session().turn().end();
    }
  }

  private List<BatchCall> executeBatchInTurn(Execution<DirectRoute> execution) throws SQLException {
    reset();
    wantedKeys = execution.work().options().keys();
    keepsAnswer = wantedKeys.wanted();
    Answer come = connection.environment().dispatcher().runBatch(execution);
    collectWarnings(come, () -> UserCode.NONE); // each of its statements has notices of its own
    List<BatchCall> calls = new ArrayList<>(come.calls().size());
    come.calls().forEach(call -> calls.add((BatchCall) call));
    if (keepsAnswer) {
      answer = come;
    } else {
      come.close();
    }
    return calls;
  }

  /** Takes the order of rows in the batch that was just run, for generated keys. */
  void keysOfBatch(List<List<Integer>> places) {
    batchPlaces = places;
  }

  /** Takes over the generated keys of statements that followed each other. */
  void keysOfParts(List<Results> done) throws SQLException {
    reset();
    parts = done;
    wantedKeys = ReturnedKeys.Simple.NONE;
    List<ResultSet> inputs = new ArrayList<>(done.size());
    for (Results part : done) {
      if (part.answer != null) {
        inputs.add(part.generatedKeys());
      }
    }
    keys =
        inputs.isEmpty()
            ? Merges.empty(this)
            : Merges.merge(Merge.ONE_AFTER_ANOTHER, inputs, 0, inputs.get(0).getStatement(), this);
  }

  /** The generated keys of the last execution; no rows where none were asked for. */
  ResultSet generatedKeys() throws SQLException {
    if (keys != null) {
      return keys;
    }
    Answer open = answer;
    if (open == null || !wantedKeys.wanted()) {
      return Merges.empty(this);
    }
    keys = GeneratedKeys.of(this, open, wantedKeys, batchPlaces);
    return keys;
  }

  /** The physical statement of the last run; that of a call holds the values of OUT parameters. */
  Statement physical() throws SQLException {
    Answer open = answer;
    if (open == null) {
      throw SqlErrors.of(ErrorCode.USAGE, "the statement was not executed");
    }
    return open.first().physical();
  }

  /** The physical statement for a caller who takes it past us, and with it its connection. */
  Statement handOut() throws SQLException {
    Statement handedOut = physical();
    session().kept().mayWriteUnseen(Objects.requireNonNull(answer).first().held());
    return handedOut;
  }

  void closeOwnerWithRows() {
    closesOwner = true;
  }

  boolean closesOwnerWithRows() {
    return closesOwner;
  }

  @Override
  public void closed(ResultSet closed) throws SQLException {
    if (closed == rows) {
      if (!keepsAnswer) {
        closeAnswer();
      }
      if (closesOwner && !owner.isClosed()) {
        owner.close();
      }
    }
  }

  /** Forgets the last execution, and closes what it left open. */
  void reset() throws SQLException {
    ResultSet left = rows;
    rows = null;
    keys = null;
    batchPlaces = null;
    warnings = null;
    updateCount = NO_COUNT;
    if (left != null) {
      left.close();
    }
    closeAnswer();
    List<Results> others = parts;
    parts = List.of();
    for (int i = 0; i < others.size(); i++) {
      others.get(i).reset();
    }
  }

  private void closeAnswer() {
    Answer open = answer;
    answer = null;
    if (open != null) {
      open.close();
    }
  }
}
