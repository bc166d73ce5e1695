package io.shardjdbc.execute;

import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.session.Held;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.postgresql.PGStatement;

/** One shard's part of a single statement. */
final class StatementCall extends ShardCall {

  /** Other statements, such as CALL and DO, may commit on their way. */
  private static final Set<String> COMMIT_AS_A_WHOLE =
      Set.of("insert", "update", "delete", "merge", "select", "with", "values");

  private final Invocation invocation;
  private ShardStatement what;
  private final long skipped;

  StatementCall(Invocation invocation, Held held, ShardStatement what, long skipped) {
    super(held);
    this.invocation = invocation;
    this.what = what;
    this.skipped = skipped;
  }

  @Override
  Duration timeout() {
    return invocation.timeout();
  }

  @Override
  boolean endsAlone() {
    return COMMIT_AS_A_WHOLE.contains(SqlParser.verb(what.sql()));
  }

  @Override
  void leaveOutHidden(Execution<?> execution) throws SQLException {
    boolean takesValues = invocation.form() != Invocation.Form.PLAIN;
    String sql =
        execution
            .session()
            .routed()
            .hiding()
            .leftOut(what.sql(), takesValues, execution.map(), shard());
    what = what.saying(sql);
  }

  @Override
  boolean execute() throws SQLException {
    Statement statement = using(invocation.open(held().connection(), what.sql()));
    apply(invocation.options(), statement);
    return invocation.execute(statement, what);
  }

  private void apply(StatementOptions options, Statement statement) throws SQLException {
    if (options.atOnce()) {
      statement.setFetchSize(0); // the URL may have another default
    } else if (options.fetchSize() != 0) {
      statement.setFetchSize(options.fetchSize());
    }
    if (options.maxRows() != 0 && options.maxRows() < Integer.MAX_VALUE - skipped) {
      statement.setMaxRows((int) (options.maxRows() + skipped));
    }
    if (options.maxFieldSize() != 0) {
      statement.setMaxFieldSize(options.maxFieldSize());
    }
    if (invocation.asText()) {
      statement.unwrap(PGStatement.class).setPrepareThreshold(0); // named ones answer in binary
    }
    if (!options.escapes()) {
      statement.setEscapeProcessing(false);
    }
  }
}
