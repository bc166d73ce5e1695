package io.shardjdbc.tests.moment;

import static io.shardjdbc.tests.moment.History.Outcome.ABORTED;
import static io.shardjdbc.tests.moment.History.Outcome.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.tests.moment.Anomaly.Kind;
import io.shardjdbc.tests.moment.History.Append;
import io.shardjdbc.tests.moment.History.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker on small histories whose anomalies are known. */
class HistoryCheckerTest {

  private static final long X = 1;
  private static final long Y = 2;

  private static List<Kind> kinds(Map<Long, List<Long>> lists, Transaction... transactions) {
    return HistoryChecker.anomaliesOf(new History(List.of(transactions), lists)).stream()
        .map(Anomaly::kind)
        .distinct()
        .toList();
  }

  private static Transaction writes(long id, Append... appends) {
    return Transaction.writes(id, COMMITTED, appends);
  }

  private static Append append(long key, long item) {
    return new Append(key, item);
  }

  private static final Transaction FIRST = writes(1, append(X, 10), append(Y, 11));
  private static final Transaction SECOND = writes(2, append(X, 20), append(Y, 21));
  private static final Map<Long, List<Long>> IN_ORDER =
      Map.of(X, List.of(10L, 20L), Y, List.of(11L, 21L));

  @Test
  void aSerialHistoryHasNone() {
    assertThat(
            kinds(
                IN_ORDER,
                FIRST,
                SECOND,
                Transaction.reads(3, Map.of(X, List.of(), Y, List.of())),
                Transaction.reads(4, Map.of(X, List.of(10L), Y, List.of(11L))),
                Transaction.reads(5, IN_ORDER)))
        .isEmpty();
  }

  @Test
  void writesInTwoOrdersAreG0() {
    assertThat(kinds(Map.of(X, List.of(10L, 20L), Y, List.of(21L, 11L)), FIRST, SECOND))
        .containsExactly(Kind.G0);
  }

  @Test
  void aReadOfWhatWasRolledBackIsG1a() {
    assertThat(
            kinds(
                Map.of(),
                Transaction.writes(1, ABORTED, append(X, 10)),
                Transaction.reads(2, Map.of(X, List.of(10L)))))
        .contains(Kind.G1A);
  }

  @Test
  void aReadOfWhatIsNotFinishedIsG1b() {
    assertThat(
            kinds(
                Map.of(X, List.of(10L, 11L)),
                writes(1, append(X, 10), append(X, 11)),
                Transaction.reads(2, Map.of(X, List.of(10L)))))
        .contains(Kind.G1B);
  }

  @Test
  void twoThatSeeEachOtherAreG1c() {
    Transaction one =
        new Transaction(
            1, COMMITTED, List.of(append(X, 10)), Map.of(Y, List.of(21L)), 0, Long.MAX_VALUE);
    Transaction other =
        new Transaction(
            2, COMMITTED, List.of(append(Y, 21)), Map.of(X, List.of(10L)), 0, Long.MAX_VALUE);
    assertThat(kinds(Map.of(X, List.of(10L), Y, List.of(21L)), one, other))
        .containsExactly(Kind.G1C);
  }

  @Test
  void aReadOfHalfOfATransactionIsGSingle() {
    assertThat(
            kinds(
                IN_ORDER,
                FIRST,
                SECOND,
                Transaction.reads(3, Map.of(X, List.of(10L, 20L), Y, List.of(11L)))))
        .containsExactly(Kind.G_SINGLE);
  }

  @Test
  void twoReadsThatShowTwoWritesEachAloneAreALongFork() {
    assertThat(
            kinds(
                Map.of(X, List.of(10L), Y, List.of(21L)),
                writes(1, append(X, 10)),
                writes(2, append(Y, 21)),
                Transaction.reads(3, Map.of(X, List.of(10L), Y, List.of())),
                Transaction.reads(4, Map.of(X, List.of(), Y, List.of(21L)))))
        .containsExactly(Kind.LONG_FORK);
  }

  @Test
  void writeSkewIsNoneOfThem() {
    Transaction one =
        new Transaction(
            1, COMMITTED, List.of(append(X, 10)), Map.of(Y, List.of()), 0, Long.MAX_VALUE);
    Transaction other =
        new Transaction(
            2, COMMITTED, List.of(append(Y, 21)), Map.of(X, List.of()), 0, Long.MAX_VALUE);
    assertThat(kinds(Map.of(X, List.of(10L), Y, List.of(21L)), one, other)).isEmpty();
  }

  @Test
  void readsThatDoNotAgreeOnAListHaveNoOrder() {
    assertThat(kinds(IN_ORDER, FIRST, SECOND, Transaction.reads(3, Map.of(X, List.of(20L)))))
        .contains(Kind.NO_ORDER);
  }

  @Test
  void aReadThatMissesWhatWasAcknowledgedIsStale() {
    assertThat(
            kinds(
                Map.of(X, List.of(10L)),
                writes(1, append(X, 10)).between(0, 5),
                Transaction.reads(2, Map.of(X, List.of())).between(6, 9)))
        .containsExactly(Kind.STALE);
  }
}
