package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.BatchCall;
import io.shardjdbc.execute.BatchWork;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.Running;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Kept;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A batch over shards: its statements grouped by shard, each group one batch of the driver's.
 *
 * <p>Each shard runs its statements in the caller's order; statements of different shards have no
 * order between them, for they share no row. Over several shards it is all or nothing, as a write
 * over several shards is; on one shard it is what the driver makes of a batch.
 */
final class Batch {

  /** Beyond as many statements a batch counts as a write of any key. */
  private static final int MOST_KEYS = 1000;

  /** A message of the protocol counts the values of a statement in 16 bits. */
  private static final int MOST_MARKERS = Short.MAX_VALUE;

  private final LogicalConnection connection;
  private final Results results;
  private final StatementOptions options;
  private final Invocation.Form form;
  private boolean anyNumbered;

  Batch(
      LogicalConnection connection,
      Results results,
      StatementOptions options,
      Invocation.Form form) {
    this.connection = connection;
    this.results = results;
    this.options = options;
    this.form = form;
  }

  static int[] toInts(long[] counts) {
    int[] ints = new int[counts.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = LogicalStatement.toInt(counts[i]);
    }
    return ints;
  }

  /** Runs it, by one map, and returns the update counts in the caller's order. */
  long[] run(List<BatchEntry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return new long[0];
    }
    Running running = results.running();
    running.asked(entries.get(0).sql(), entries.size());
    MapInUse use = connection.session().takeMap();
    try {
      long[] counts = run(entries, use.map());
      running.answered(known(counts));
      return counts;
    } catch (SQLException | RuntimeException | Error e) {
      if (anyNumbered) {
        connection.session().numbers().lose(); // a server may have failed before it took any
      }
      running.failed(e);
      throw e;
    } finally {
      use.release();
    }
  }

  private static long known(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += Math.max(0, count);
    }
    return sum;
  }

  private long[] run(List<BatchEntry> entries, ShardMap map) throws SQLException {
    List<Route> routes = new ArrayList<>(entries.size());
    boolean apart = false;
    List<Planned> all;
    try {
      all = connection.plans().planned(entries, form == Invocation.Form.PLAIN);
      for (int i = 0; i < all.size(); i++) {
        Bindings values = all.get(i).numbered();
        Route route = all.get(i).route(map);
        Following.requireFree(route, map, connection.session());
        results.running().routed(all.get(i).plan(), route, map);
        routes.add(route);
        anyNumbered |= values != null;
        apart |=
            values == null && form == Invocation.Form.PLAIN && entries.get(i).sql().contains("?");
      }
    } catch (SQLException e) {
      throw SqlErrors.ofBatch(e, allFailed(entries)); // before anything is sent
    }
    List<BatchEntry> numbered = anyNumbered ? numbered(entries, all) : entries;
    List<DirectRoute> direct = new ArrayList<>(routes.size());
    for (Route route : routes) {
      DirectRoute asItStands = route.direct();
      if (asItStands == null || route.effect() != Effect.WRITE || route.session() != null) {
        return oneByOne(numbered, routes, map);
      }
      direct.add(asItStands);
    }
    if ((anyNumbered && apart) || (options.keys().wanted() && !KeysOfBatch.areOfOneText(direct))) {
      return oneByOne(numbered, routes, map);
    }
    return together(numbered, direct, map, anyNumbered ? null : onlyPlan(all));
  }

  private static List<BatchEntry> numbered(List<BatchEntry> entries, List<Planned> all) {
    List<BatchEntry> numbered = new ArrayList<>(entries.size());
    for (int i = 0; i < all.size(); i++) {
      Bindings values = all.get(i).numbered();
      numbered.add(
          values == null
              ? entries.get(i)
              : new BatchEntry(all.get(i).plan().sql(), Hint.NONE, values));
    }
    return numbered;
  }

  private static @Nullable Plan onlyPlan(List<Planned> all) {
    Plan first = all.get(0).plan();
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).plan() != first) {
        return null;
      }
    }
    return first;
  }

  /** Statements that take numbers of sequences are run with values, and others with them. */
  private Invocation.Form form() {
    return anyNumbered && form == Invocation.Form.PLAIN ? Invocation.Form.PREPARED : form;
  }

  private long[] together(
      List<BatchEntry> entries, List<DirectRoute> routes, ShardMap map, @Nullable Plan only)
      throws SQLException {
    Map<ShardId, List<BatchWork.Item>> items = new HashMap<>();
    for (int i = 0; i < routes.size(); i++) {
      Bindings values = entries.get(i).bindings();
      if (routes.get(i).isSingle()) { // as most, without a list of its one statement
        add(new BatchWork.Item(routes.get(i).only(), values, i), items);
      } else {
        for (ShardStatement statement : routes.get(i).statements()) {
          add(new BatchWork.Item(statement, values, i), items);
        }
      }
    }
    List<ShardStatement> heads = new ArrayList<>(items.size());
    items.values().forEach(own -> heads.add(own.get(0).what()));
    List<ShardId> order = map.shards();
    heads.sort(Comparator.comparingInt(head -> order.indexOf(head.shard())));
    List<List<String>> written = List.copyOf(written(routes, false));
    DirectRoute route =
        new ManyShards(Effect.WRITE, heads, new Merge.SumOfCounts(), keys(routes), true, written);
    List<BatchCall> calls;
    AtomicReference<long[]> failed = new AtomicReference<>(allFailed(entries));
    String atOnce = only == null ? null : atOnce(only, route, items.values());
    BatchWork work = new BatchWork(form(), items, options, copies(routes), failed, atOnce);
    Execution<DirectRoute> batch =
        new Execution<>(connection.session(), map, route, work, results.running());
    Kept kept = connection.session().kept();
    try {
      kept.markAll(mayLeave(entries, kept));
      calls = results.executeBatch(batch);
    } catch (SQLException e) {
      // What one shard has done of it stands where it stands with the driver; of several, nothing.
      // In a transaction, which is aborted now, nothing does.
      long[] known = connection.session().inTransaction() ? null : failed.get();
      if (route.isSingle()) {
        throw SqlErrors.ofBatch(e, known == null ? allFailed(entries) : known);
      }
      List<Execution<DirectRoute>> steps = steps(batch, entries, routes);
      throw SqlErrors.ofBatch(
          connection.environment().dispatcher().errorOfBatch(batch, e, steps), allFailed(entries));
    } finally {
      kept.markAll(false);
    }
    Counts counts = new Counts(routes);
    for (BatchCall call : calls) {
      counts.add(call.shard(), items.getOrDefault(call.shard(), List.of()), call.counts());
    }
    if (options.keys().wanted()) {
      results.keysOfBatch(KeysOfBatch.places(calls, items, routes));
    }
    return counts.sums;
  }

  private static void add(BatchWork.Item item, Map<ShardId, List<BatchWork.Item>> items) {
    items.computeIfAbsent(item.what().shard(), shard -> new ArrayList<>()).add(item);
  }

  /**
   * The text by which servers get many rows at once; null where each goes by itself. Over several
   * shards, outside of a transaction, all is undone when it fails, and tried one by one.
   */
  private @Nullable String atOnce(
      Plan plan, DirectRoute route, Collection<List<BatchWork.Item>> items) throws SQLException {
    int rows = BatchWork.ROWS_AT_ONCE;
    Session session = connection.session();
    if (route.isSingle()
        || session.inTransaction()
        || session.gate().hasPath()
        || session.reads().durability() != null
        || connection.environment().surroundings().nodes().durabilityOf(route) != null
        || form != Invocation.Form.PREPARED
        || options.keys().wanted()
        || plan.parameterCount() > MOST_MARKERS / rows
        || items.stream().noneMatch(own -> own.size() >= rows)
        || !items.stream().allMatch(own -> own.stream().allMatch(i -> isText(i.what(), plan)))) {
      return null;
    }
    return Asking.of(() -> plan.withRows(rows)).orElse(null);
  }

  private static boolean isText(ShardStatement statement, Plan plan) {
    return statement.isUnchanged() && statement.sql().equals(plan.sql());
  }

  /** The statements of a batch, each by itself. */
  private List<Execution<DirectRoute>> steps(
      Execution<DirectRoute> batch, List<BatchEntry> entries, List<DirectRoute> routes) {
    StatementOptions part = options.ofPart();
    List<Execution<DirectRoute>> steps = new ArrayList<>(entries.size());
    for (int i = 0; i < routes.size(); i++) {
      Invocation one =
          form() == Invocation.Form.PLAIN
              ? Invocation.plain(part)
              : Invocation.prepared(entries.get(i).bindings(), part);
      steps.add(batch.on(routes.get(i)).doing(one));
    }
    return steps;
  }

  private static List<List<String>> copies(List<DirectRoute> routes) {
    return List.copyOf(written(routes, true));
  }

  /** The tables that are written to; most entries write to the same as the one before. */
  private static Set<List<String>> written(List<DirectRoute> routes, boolean copiesOnly) {
    Set<List<String>> tables = new LinkedHashSet<>();
    List<List<String>> before = List.of();
    for (DirectRoute route : routes) {
      List<List<String>> its = route.written();
      boolean counts = !copiesOnly || route.isAlikeOnAll();
      if (counts && its != before && !its.equals(before)) {
        tables.addAll(its);
        before = its;
      }
    }
    return tables;
  }

  /** Whether any text may leave something in a session; most say the same as the one before. */
  private static boolean mayLeave(List<BatchEntry> entries, Kept kept) {
    String before = null;
    for (BatchEntry entry : entries) {
      if (!entry.sql().equals(before) && kept.mayBeLeftBy(entry.sql())) {
        return true;
      }
      before = entry.sql();
    }
    return false;
  }

  private static KeyHashes keys(List<DirectRoute> routes) {
    if (routes.size() > MOST_KEYS) {
      return KeyHashes.any();
    }
    long[] hashes = new long[routes.size()];
    int count = 0;
    for (DirectRoute route : routes) {
      KeyHashes keys = route.keys();
      if (keys.isAny()) {
        return KeyHashes.any();
      }
      if (count + keys.size() > hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * (count + keys.size()));
      }
      for (int i = 0; i < keys.size(); i++) {
        hashes[count++] = keys.get(i);
      }
    }
    return KeyHashes.of(count == hashes.length ? hashes : Arrays.copyOf(hashes, count));
  }

  /** Sums up what shards count for each of the caller's statements. */
  private static final class Counts {
    private final List<DirectRoute> routes;
    private final long[] sums;

    Counts(List<DirectRoute> routes) {
      this.routes = routes;
      this.sums = new long[routes.size()];
    }

    void add(ShardId shard, List<BatchWork.Item> items, long[] counts) {
      for (int i = 0; i < counts.length; i++) {
        int entry = items.get(i).entry();
        DirectRoute route = routes.get(entry);
        if (!KeysOfBatch.isFurtherCopy(route, shard)) {
          boolean known = sums[entry] >= 0 && counts[i] >= 0;
          sums[entry] = known ? sums[entry] + counts[i] : Statement.SUCCESS_NO_INFO;
        }
      }
    }
  }

  private long[] oneByOne(List<BatchEntry> entries, List<Route> routes, ShardMap map)
      throws SQLException {
    return new BatchInTurn(connection, results, options, form(), map).run(entries, routes);
  }

  private static long[] allFailed(List<BatchEntry> entries) {
    long[] failed = new long[entries.size()];
    Arrays.fill(failed, Statement.EXECUTE_FAILED);
    return failed;
  }
}
