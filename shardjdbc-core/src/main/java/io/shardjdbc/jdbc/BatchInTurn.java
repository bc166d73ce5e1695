package io.shardjdbc.jdbc;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.session.SentTogether;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch of which some statements run in several steps, so that they follow each other.
 *
 * <p>In auto-commit mode a server runs what a driver sends it of a batch as one transaction. So
 * does this: nothing of the batch stays when one of its statements fails. In the default mode, in
 * which a statement alone may write to several shards, so may the batch; it commits on one after
 * another, when all have succeeded everywhere.
 */
final class BatchInTurn {

  private final LogicalConnection connection;
  private final Results results;
  private final StatementOptions options;
  private final Invocation.Form form;
  private final ShardMap map;
  private @Nullable SQLWarning warnings;

  BatchInTurn(
      LogicalConnection connection,
      Results results,
      StatementOptions options,
      Invocation.Form form,
      ShardMap map) {
    this.connection = connection;
    this.results = results;
    this.options = options;
    this.form = form;
    this.map = map;
  }

  long[] run(List<BatchEntry> entries, List<Route> routes) throws SQLException {
    long[] counts = new long[entries.size()];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
    boolean together =
        connection.session().inTransaction()
            || (entries.size() > 1 && routes.stream().allMatch(BatchInTurn::mayShareTransaction));
    List<Results> parts = new ArrayList<>();
    try {
      if (together) {
        asOne(entries, routes, counts, parts);
      } else {
        for (int i = 0; i < counts.length; i++) {
          counts[i] = run(entries.get(i), routes.get(i), options, parts);
        }
      }
    } catch (SQLException e) {
      if (together || connection.session().inTransaction()) { // which is aborted now
        Arrays.fill(counts, Statement.EXECUTE_FAILED);
      }
      throw SqlErrors.ofBatch(e, counts);
    }
    if (options.keys().wanted()) {
      results.keysOfParts(parts);
    }
    results.ofBatchInTurn(warnings);
    return counts;
  }

  /** What a server refuses inside a transaction runs outside of one. */
  private static boolean mayShareTransaction(Route route) {
    DirectRoute direct = route.direct();
    return direct == null || direct.merge().inTransaction();
  }

  private void asOne(
      List<BatchEntry> entries, List<Route> routes, long[] counts, List<Results> parts)
      throws SQLException {
    SentTogether together = new SentTogether(connection.session());
    StatementOptions lasting = options.withAllAtOnce(); // it outlives the batch's own commit
    try {
      for (int i = 0; i < counts.length; i++) {
        if (together.begin()) {
          letWriteToSeveralShards();
        }
        StatementOptions asked = together.isOpen() ? lasting : options;
        counts[i] = run(entries.get(i), routes.get(i), asked, parts);
        together.ran(routes.get(i).session());
      }
      together.commit();
    } catch (SQLException | RuntimeException | Error e) {
      together.rollback();
      throw e;
    }
  }

  private void letWriteToSeveralShards() throws SQLException {
    Session session = connection.session();
    if (session.modes().current() == TransactionMode.SINGLE_SHARD) {
      session.modes().setLocal(TransactionMode.BEST_EFFORT);
    }
  }

  private long run(BatchEntry entry, Route route, StatementOptions asked, List<Results> parts)
      throws SQLException {
    Results own = results;
    if (options.keys().wanted()) {
      own = results.ofPart();
      parts.add(own);
    }
    Invocation invocation =
        form == Invocation.Form.PLAIN
            ? Invocation.plain(asked)
            : new Invocation(form, entry.bindings(), asked, Map.of());
    boolean rows = own.execute(route, map, invocation);
    keep(own.warnings());
    if (rows) {
      own.reset(); // the driver drops them, too
      return 0;
    }
    return own.updateCount();
  }

  /** A driver gives the warnings of all of a batch together. */
  private void keep(@Nullable SQLWarning further) {
    if (warnings == null) {
      warnings = further;
    } else if (further != null) {
      warnings.setNextWarning(further);
    }
  }
}
