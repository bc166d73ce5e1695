package io.shardjdbc.gather;

import io.shardjdbc.config.GatherLimits;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.routing.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads rows into their stages, as long as one statement may bring as many together. */
final class StageLimit {

  private final GatherLimits allowed;
  private long rows;
  private long bytes;

  /** Says which stage the row is of that a result set stands on. */
  interface Stages {
    StagedRows of(ResultSet row) throws SQLException;
  }

  StageLimit(GatherLimits allowed) {
    this.allowed = allowed;
  }

  /**
   * Reads all rows.
   *
   * @param ahead how many columns are in front of those of the stage
   */
  void read(Answer answer, int ahead, Stages stages) throws SQLException {
    for (ShardCall call : answer.calls()) {
      ResultSet from = call.rows();
      while (from.next()) {
        StagedRows into = stages.of(from);
        rows++;
        bytes += into.add(from, ahead);
        if (rows > allowed.maxRows()) {
          throw tooLarge(into, allowed.maxRows() + " rows");
        }
        if (bytes > allowed.maxBytes()) {
          throw tooLarge(into, allowed.maxBytes() + " bytes");
        }
      }
    }
  }

  private static SQLException tooLarge(StagedRows into, String limit) {
    return SqlErrors.of(ErrorCode.GATHER_TOO_LARGE, into.stage().table(), limit);
  }
}
