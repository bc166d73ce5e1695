package io.shardjdbc.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** What an exception says of itself: its entry of the catalogue, on every way it takes. */
class CodedErrorTest {

  private static final ShardId SHARD = new ShardId("s0");
  private static final UUID A_UUID = new UUID(7L << 12, 1L << 63); // of version 7
  private final PSQLException lost = new PSQLException("gone", PSQLState.CONNECTION_FAILURE);

  @ParameterizedTest
  @EnumSource
  void everyErrorOfTheCatalogueCarriesItself(ErrorCode code) {
    RoutingException refusal = new RoutingException(code, "one", "two", "three");
    SQLException thrown = SqlErrors.of(code, "one", "two", "three");

    assertThat(refusal.code()).isEqualTo(code);
    assertThat(Refusal.of(refusal).exception().code()).isEqualTo(code);
    assertThat(codeOf(thrown)).isEqualTo(code);
    assertThat(codeOf(SqlErrors.of(lost, code, "one", "two", "three"))).isEqualTo(code);
    assertThat(codeOf(SqlErrors.of(refusal))).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource
  void itKeepsItWhereItIsPassedOn(ErrorCode code) throws IOException, ClassNotFoundException {
    SQLException thrown = SqlErrors.of(code, "one", "two", "three");

    assertThat(codeOf(SqlErrors.onShard(SHARD, thrown))).isEqualTo(code);
    assertThat(codeOf(SqlErrors.unavailable(SHARD, thrown))).isEqualTo(code);
    assertThat(codeOf(SqlErrors.ofBatch(thrown, new long[1]))).isEqualTo(code);
    assertThat(codeOf(SqlErrors.ofClientInfo(thrown))).isEqualTo(code);
    assertThat(codeOf(serialized(thrown))).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource
  void whatAPoolPutsAroundItIsNotToldInItsPlace(ErrorCode code) {
    SQLException thrown = SqlErrors.of(lost, code, "one", "two", "three");
    SQLException wrapped = new SQLTransientConnectionException("pool - timed out", "08001", thrown);

    SQLException told = SqlErrors.unavailable(SHARD, wrapped);
    assertThat(codeOf(told)).isEqualTo(code);
    assertThat((Throwable) told)
        .isNotSameAs(thrown) // which other callers may get at the same time
        .hasMessage(thrown.getMessage())
        .hasCause(wrapped);
    assertThat(told.getSQLState()).isEqualTo(thrown.getSQLState());
  }

  @Test
  void errorsWithMoreToSayCarryTheirs() {
    TransactionId id = new TransactionId(A_UUID, SHARD);
    SQLException failed = new SQLException("no", "55000");

    Map<ErrorCode, SQLException> errors =
        Map.of(
            ErrorCode.COMMIT_UNKNOWN, SqlErrors.commitUnknown(SHARD, lost),
            ErrorCode.WRITE_UNKNOWN, SqlErrors.writeUnknown(SHARD, lost),
            ErrorCode.IN_DOUBT, SqlErrors.inDoubt(id, lost),
            ErrorCode.PARTIAL_COMMIT, SqlErrors.partialCommit(List.of(SHARD), SHARD, lost),
            ErrorCode.CLOSED, SqlErrors.closedPart("the statement"),
            ErrorCode.NOT_IMPLEMENTED, SqlErrors.notSupported("Driver.getParentLogger"),
            ErrorCode.SHARD_UNAVAILABLE, SqlErrors.onShard(SHARD, lost),
            ErrorCode.SHARD_FAILED, SqlErrors.onShard(SHARD, failed));
    // A variable: overloads of assertThat times types of the map would take javac minutes.
    assertThat(errors)
        .allSatisfy(
            (code, thrown) -> {
              assertThat(codeOf(thrown)).isEqualTo(code);
              assertThat((Throwable) thrown).hasMessageStartingWith(code.code() + ": ");
            });
  }

  @Test
  void whatAServerReportedHasNoneWhateverItSays() {
    PSQLException said = new PSQLException("SJ0501: not ours", PSQLState.DATA_ERROR);

    assertThat((Throwable) SqlErrors.onShard(SHARD, said)).isNotInstanceOf(CodedError.class);
    assertThat(SqlErrors.isNoAnswer(said)).isFalse();
    assertThat((Throwable) SqlErrors.ofBatch(said, new long[1])).isNotInstanceOf(CodedError.class);
    assertThat((Throwable) SqlErrors.ofClientInfo(said)).isNotInstanceOf(CodedError.class);
  }

  private static ErrorCode codeOf(SQLException e) {
    assertThat((Throwable) e).isInstanceOf(CodedError.class);
    return ((CodedError) e).code();
  }

  private static SQLException serialized(SQLException e)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (SQLException) in.readObject();
    }
  }
}
