package io.shardjdbc.dispatch;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.gather.TextArray;
import io.shardjdbc.map.Arrivals;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.route.RowDistribution.Instead;
import io.shardjdbc.routing.route.RowDistribution.Question;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.SequenceNumbers;
import io.shardjdbc.wrap.Binding;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers the query of a write, by whichever way it is read, and writes its rows where they belong.
 *
 * <p>The rows are held as text, within the limits of gathering; each goes into one statement for
 * each shard, so that what a statement checks as a whole (a row that ON CONFLICT would change
 * twice) is checked as on one server.
 */
final class RowsToWrite {

  private final Dispatcher dispatcher;
  private final Execution<Distribute> execution;
  private final RowDistribution distribution;
  private final ResultOwner owner;

  RowsToWrite(Dispatcher dispatcher, Execution<Distribute> execution, ResultOwner owner) {
    this.dispatcher = dispatcher;
    this.execution = execution;
    this.distribution = execution.route().rows();
    this.owner = owner;
  }

  Answer write() throws SQLException {
    return write(execution.invocation());
  }

  /** The same where the rows it returns outlive its transaction. */
  Answer writeAllAtOnce() throws SQLException {
    return write(execution.invocation().allAtOnce());
  }

  private Answer write(Invocation invocation) throws SQLException {
    GatherLimits limits =
        distribution.movesRows()
            ? dispatcher.gatherer().limitsOfMoves()
            : dispatcher.gatherer().limits(distribution.table());
    var own = invocation.bindings().pick(distribution.sourceParameters());
    HeldRows rows = read(distribution.source(), own, limits);
    number(rows);
    var values = invocation.bindings().values();
    Optional<Instead> other =
        Asking.of(() -> distribution.otherwise(rows, values, execution.map()));
    if (other.isPresent()) {
      Route route = Arrivals.toThoseWhoHave(other.get().route(), execution.map());
      Execution<Route> instead = execution.on(route).doing(given(invocation, other.get(), rows));
      return route.fold(new RouteRun(dispatcher, instead, owner));
    }
    HeldRows told = told(rows, invocation, limits);
    RowDistribution.Deal deal =
        Asking.of(() -> distribution.deal(rows, told, values, execution.map()));
    List<Binding> arrays = new ArrayList<>();
    List<ShardStatement> statements = new ArrayList<>();
    int width = deal.columns().size();
    int before = width * deal.rows().size();
    for (int i = 0; i < deal.rows().size(); i++) {
      for (int column : deal.columns()) {
        arrays.add(rows.array(column, deal.rows().get(i)));
      }
      ShardStatement statement = deal.route().statements().get(i);
      statements.add(statement.behind(i * width, width, before, invocation.bindings().size()));
    }
    DirectRoute route = deal.route().with(statements);
    return dispatcher.runner().run(execution.on(route).doing(invocation.with(arrays)));
  }

  /** The values that another way takes. */
  private static Invocation given(Invocation invocation, Instead way, HeldRows rows) {
    List<Integer> own = IntStream.rangeClosed(1, invocation.bindings().size()).boxed().toList();
    if (way.columns().isEmpty() && way.parameters().equals(own)) {
      return invocation;
    }
    List<Integer> all = IntStream.range(0, rows.count()).boxed().toList();
    List<Binding> arrays = way.columns().stream().map(c -> rows.array(c, all)).toList();
    return invocation.with(arrays, way.parameters());
  }

  /** Gives each row its numbers, in the order of the rows and, in a row, of the places. */
  private void number(HeldRows rows) throws SQLException {
    List<Draw> draws = distribution.numbers();
    SequenceNumbers numbers = execution.session().numbers();
    int[] takers =
        draws.isEmpty()
            ? new int[0]
            : IntStream.range(0, rows.count())
                .filter(row -> distribution.takesNumbers(rows, row))
                .toArray();
    boolean wasted = takers.length > 0 && numbers.areWasted(); // by what is about to be refused
    Map<Draw, long[]> taken = new HashMap<>();
    Map<Draw, Integer> before = new HashMap<>();
    for (Draw draw : draws) {
      int each = Collections.frequency(draws, draw);
      if (!taken.containsKey(draw)) {
        int all = takers.length * each;
        taken.put(draw, wasted ? new long[all] : numbers.take(List.of(draw.times(all))));
      }
      long[] all = taken.get(draw);
      int first = before.merge(draw, 1, Integer::sum) - 1;
      rows.number(takers, all, first, each);
      if (takers.length > 0 && !wasted) {
        numbers.note(draw, all[(takers.length - 1) * each + first]);
      }
    }
  }

  /** What a server says of the rows, where it has to be asked. */
  private @Nullable HeldRows told(HeldRows rows, Invocation invocation, GatherLimits limits)
      throws SQLException {
    Optional<Question> question =
        Asking.of(() -> distribution.question(rows, invocation.bindings().values()));
    if (question.isEmpty()) {
      return null;
    }
    List<Integer> all = IntStream.range(0, rows.count()).boxed().toList();
    List<Binding> arrays = question.get().columns().stream().map(c -> rows.array(c, all)).toList();
    var own = invocation.bindings().pick(question.get().parameters());
    return read(question.get().plan(), own.behind(arrays), limits);
  }

  private HeldRows read(Plan plan, Bindings bindings, GatherLimits limits) throws SQLException {
    Planned query = new Planned(plan, bindings.values());
    Route found = query.route(execution.map()); // what is refused is so before anything runs
    Route route = Arrivals.toThoseWhoHave(found, execution.map());
    var options = execution.invocation().options().ofPart().withText();
    Invocation reading = Invocation.prepared(bindings, options);
    Execution<Route> source = execution.on(route).doing(reading);
    Dispatcher.prepare(source);
    try (Answered part = dispatcher.run(query, source, new OwnerOfPart(owner))) {
      ResultSet from = part.rows();
      if (from == null) {
        throw SqlErrors.of(ErrorCode.USAGE, "the query of a write returned no rows");
      }
      TypesOfPeople types = TypesOfPeople.of(from, part.answer());
      HeldRows rows = new HeldRows(from, distribution.table(), limits);
      types.lookUp(dispatcher.runner(), source).forEach(rows.types::set);
      return rows;
    }
  }

  /** The owner of rows that nobody but the library sees. */
  private record OwnerOfPart(ResultOwner whole) implements ResultOwner {
    @Override
    public Statement owner() {
      return whole.owner();
    }

    @Override
    public void closed(ResultSet rows) {
      // The answer is closed by whoever reads it.
    }
  }

  /** All rows of a query as text. */
  private static final class HeldRows implements RowDistribution.Rows {
    private final List<String> names = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final List<@Nullable String[]> rows = new ArrayList<>();

    HeldRows(ResultSet from, String table, GatherLimits limits) throws SQLException {
      ResultSetMetaData columns = from.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        names.add(columns.getColumnLabel(i));
        types.add(typeName(columns.getColumnTypeName(i)));
      }
      long bytes = 0;
      while (from.next()) {
        @Nullable String[] row = new @Nullable String[names.size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = from.getString(i + 1);
          bytes += row[i] == null ? 0 : row[i].length();
        }
        rows.add(row);
        if (rows.size() > limits.maxRows()) {
          throw tooLarge(table, limits.maxRows() + " rows");
        }
        if (bytes > limits.maxBytes()) {
          throw tooLarge(table, limits.maxBytes() + " bytes");
        }
      }
    }

    /** Adds a column: of the numbers, every {@code each}-th from one on, to the rows that take. */
    void number(int[] takers, long[] numbers, int first, int each) {
      names.add("");
      types.add("int8");
      for (int i = 0; i < rows.size(); i++) {
        rows.set(i, Arrays.copyOf(rows.get(i), names.size()));
      }
      for (int i = 0; i < takers.length; i++) {
        rows.get(takers[i])[names.size() - 1] = Long.toString(numbers[i * each + first]);
      }
    }

    private static SQLException tooLarge(String table, String limit) {
      return SqlErrors.of(ErrorCode.GATHER_TOO_LARGE, "the rows to write to " + table, limit);
    }

    /** As a cast names it; the driver calls an integer with a sequence by another name. */
    private static String typeName(String name) {
      return switch (name) {
        case "smallserial" -> "int2";
        case "serial" -> "int4";
        case "bigserial" -> "int8";
        default -> name.startsWith("\"") ? name : '"' + name + '"';
      };
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    public List<String> types() {
      return types;
    }

    @Override
    public int count() {
      return rows.size();
    }

    @Override
    public @Nullable String value(int row, int column) {
      return rows.get(row)[column];
    }

    Binding array(int column, List<Integer> which) {
      @Nullable String[] values = new @Nullable String[which.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(which.get(i), column);
      }
      return new TextArray(values);
    }
  }
}
