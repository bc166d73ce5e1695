package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.execute.StatementOptions;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.session.SentTogether;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A text of several statements, each of which is routed on its own.
 *
 * <p>A server runs such a text as one transaction where none is open, and so does this: nothing of
 * it stays when one of its statements fails. What a transaction cannot do, such as write to a
 * second shard in the default mode, a script cannot do either. BEGIN, COMMIT and ROLLBACK among the
 * statements mean what they mean to the server.
 */
final class Script {

  /**
   * One of its statements.
   *
   * @param values what it takes, where the text was prepared; null where it was not
   */
  record Part(String sql, @Nullable Bindings values) {

    Planned planned(LogicalConnection connection) throws SQLException {
      return values == null
          ? connection.plans().planned(sql)
          : connection.plans().planned(sql, Hint.NONE, values);
    }

    Invocation invocation(StatementOptions options) {
      return values == null ? Invocation.plain(options) : Invocation.prepared(values, options);
    }
  }

  private final LogicalConnection connection;
  private final Statement owner;
  private final StatementOptions options;

  /** For rows that have to outlive the script's own commit. */
  private final StatementOptions lasting;

  Script(LogicalConnection connection, Statement owner, StatementOptions options) {
    this.connection = connection;
    this.owner = owner;
    this.options = options;
    this.lasting = options.withFetchSize(0).withAllAtOnce();
  }

  /**
   * Runs the statements, and returns what each of them left.
   *
   * @param running is told which of them runs now
   */
  List<Results> run(List<Part> statements, Consumer<Results> running) throws SQLException {
    List<Results> all = new ArrayList<>(statements.size());
    try {
      run(statements, running, all);
      shareWarnings(all);
      return all;
    } catch (SQLException | RuntimeException | Error e) {
      for (Results left : all) {
        left.reset();
      }
      throw e;
    }
  }

  /** A driver gives a statement's warnings of all texts together, whichever result is looked at. */
  private static void shareWarnings(List<Results> all) {
    SQLWarning first = null;
    for (Results results : all) {
      SQLWarning own = results.warnings();
      if (first == null) {
        first = own;
      } else if (own != null) {
        first.setNextWarning(own);
      }
    }
    for (Results results : all) {
      results.warnings(first);
    }
  }

  private void run(List<Part> statements, Consumer<Results> running, List<Results> all)
      throws SQLException {
    SentTogether together = new SentTogether(connection.session());
    try {
      for (Part part : statements) {
        together.begin();
        Results results = new Results(connection, owner);
        all.add(results);
        running.accept(results);
        run(part, results, together.isOpen());
        together.ran(results.command());
      }
      together.commit();
    } catch (SQLException | RuntimeException | Error e) {
      together.rollback();
      throw e;
    }
  }

  private void run(Part part, Results results, boolean outlivesCommit) throws SQLException {
    results.running().asked(part.sql(), 1);
    try {
      results.answered(
          results.execute(
              part.planned(connection), part.invocation(outlivesCommit ? lasting : options)));
    } catch (SQLException | RuntimeException | Error e) {
      results.running().failed(e);
      throw e;
    }
  }
}
