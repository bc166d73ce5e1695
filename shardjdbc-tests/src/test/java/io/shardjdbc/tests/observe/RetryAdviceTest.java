package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.outcome.PartialCommitException;
import io.shardjdbc.outcome.RetryAdvice;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which failures are worth another try, whatever a framework has put around them. */
class RetryAdviceTest {

  private static RetryAdvice of(String state) {
    return RetryAdvice.of(new IllegalStateException(new SQLException("text", state)));
  }

  private static Set<ErrorCode> codes(RetryAdvice advice) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> RetryAdvice.of(new RoutingException(code)) == advice)
        .collect(Collectors.toSet());
  }

  @Test
  void whatServersSay() {
    for (String again : List.of("40001", "40P01", "55P03", "57P01", "57P03", "53300")) {
      assertThat(of(again)).as(again).isEqualTo(RetryAdvice.AGAIN);
    }
    for (String never : List.of("23505", "42601", "22023", "57014", "0ASJ0", "25006")) {
      assertThat(of(never)).as(never).isEqualTo(RetryAdvice.NEVER);
    }
    assertThat(of("08007")).isEqualTo(RetryAdvice.LOOK_FIRST);
    assertThat(RetryAdvice.of(new SQLException("without a state"))).isEqualTo(RetryAdvice.NEVER);
    assertThat(RetryAdvice.of(new IOException("of something else"))).isEqualTo(RetryAdvice.NEVER);
  }

  @Test
  void whatTheLibrarySays() {
    assertThat(codes(RetryAdvice.AGAIN))
        .contains(
            ErrorCode.SHARD_UNAVAILABLE,
            ErrorCode.SHARD_TIMEOUT,
            ErrorCode.SHARD_READ_ONLY,
            ErrorCode.POOL_EXHAUSTED,
            ErrorCode.PRIMARY_CHANGED,
            ErrorCode.MAP_CHANGED,
            ErrorCode.ROWS_HELD,
            ErrorCode.DEADLOCK_OVER_SHARDS,
            ErrorCode.ROLLED_BACK_BY_RECOVERY,
            ErrorCode.MOVED_ELSEWHERE)
        .doesNotContain(ErrorCode.INTERRUPTED, ErrorCode.CLOSED, ErrorCode.KEY_UPDATE);
    assertThat(codes(RetryAdvice.LOOK_FIRST))
        .containsExactlyInAnyOrder(
            ErrorCode.COMMIT_UNKNOWN,
            ErrorCode.IN_DOUBT,
            ErrorCode.WRITE_UNKNOWN,
            ErrorCode.PARTIAL_COMMIT,
            ErrorCode.SCHEMA_CHANGE_PARTIAL,
            ErrorCode.SESSION_WRITES_IN_DOUBT);
  }

  @Test
  void anOutcomeThatIsNotKnownIsLookedAtWhateverLiesBelow() {
    SQLException lost = new SQLTransientConnectionException("lost", "08006");
    assertThat(
            RetryAdvice.of(
                new RuntimeException(
                    new UnknownOutcomeException(ErrorCode.COMMIT_UNKNOWN, "text", null, lost))))
        .isEqualTo(RetryAdvice.LOOK_FIRST);
    assertThat(
            RetryAdvice.of(
                new PartialCommitException(
                    "text", List.of(new ShardId("s0")), new ShardId("s1"), lost)))
        .isEqualTo(RetryAdvice.LOOK_FIRST);
  }
}
