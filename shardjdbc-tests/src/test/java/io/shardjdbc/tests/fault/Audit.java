package io.shardjdbc.tests.fault;

import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.saga.SagaStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares what stands with what callers were told. */
final class Audit {

  private final Bank bank;
  private final long firstOp;
  private final List<String> wrong = new ArrayList<>();

  /** An operation, and what its caller was told. */
  record Entry(
      Operation operation, long op, Told told, Optional<TransactionId> id, String failure) {

    static Entry of(Operation operation, long op, @Nullable Throwable failure) {
      Told told = failure == null ? Told.DONE : Told.by(failure);
      return new Entry(operation, op, told, Told.id(failure), String.valueOf(failure));
    }

    /** As one process says it to another. */
    String words() {
      return op + " " + operation + " " + told + " " + id.map(TransactionId::toString).orElse("-");
    }

    static Entry read(String words) {
      String[] word = words.split(" ", -1);
      return new Entry(
          Operation.valueOf(word[1]),
          Long.parseLong(word[0]),
          Told.valueOf(word[2]),
          word[3].equals("-") ? Optional.empty() : Optional.of(TransactionId.parse(word[3])),
          "");
    }
  }

  /** A branch of a transaction manager, and what it decided. */
  record BranchEntry(Branch branch, boolean decided, boolean committed) {}

  /**
   * @param firstOp from which on operations are looked at
   */
  Audit(Bank bank, long firstOp) {
    this.bank = bank;
    this.firstOp = firstOp;
  }

  /**
   * @param ratesBefore the copies before all these operations
   */
  List<String> of(
      Collection<Entry> entries, Collection<BranchEntry> branches, List<Long> ratesBefore)
      throws SQLException {
    if (bank.prepared() > 0) {
      wrong.add("something stays prepared");
    }
    Map<Long, Integer> lines = bank.lines(firstOp);
    for (Entry entry : entries) {
      check(entry, lines.getOrDefault(entry.op(), 0));
    }
    for (BranchEntry entry : branches) {
      int stands = lines.getOrDefault(entry.branch().op(), 0);
      if (stands != (entry.decided() ? 2 : 0)) {
        wrong.add("%s: %d lines stand".formatted(entry, stands));
      }
    }
    checkRates(entries, ratesBefore);
    if (entries.stream().anyMatch(entry -> entry.operation() == Operation.LARGE_OBJECT)) {
      checkObjects();
    }
    if (entries.stream().anyMatch(entry -> entry.operation() == Operation.OUTBOX)) {
      checkMessages();
    }
    bank.desk.transfers.parkedForNothing().forEach(id -> wrong.add(id + " was parked for nothing"));
    return wrong;
  }

  private void check(Entry entry, int stands) throws SQLException {
    if (entry.operation() == Operation.SAGA) {
      checkSaga(entry);
      return;
    }
    if (entry.operation() == Operation.RATE_INSERT) {
      checkInsert(entry);
      return;
    }
    if (!entry.operation().agrees(entry.told(), stands)) {
      wrong.add("%s: %d lines stand".formatted(entry, stands));
    }
    if (entry.id().isPresent() && entry.operation().linesToReadBack() > 0) {
      Outcome outcome = bank.direct.transactions().outcome(entry.id().get());
      if (outcome == Outcome.IN_DOUBT || (outcome == Outcome.COMMITTED) != stands > 0) {
        wrong.add("%s: %s, but %d lines stand".formatted(entry, outcome, stands));
      }
    }
  }

  private void checkSaga(Entry entry) throws SQLException {
    List<List<Long>> booked = new ArrayList<>();
    for (long account : bank.desk.accounts) {
      booked.add(
          bank.numbers(
              "SELECT amount FROM booking WHERE account = %d AND op = %d ORDER BY 1"
                  .formatted(account, entry.op())));
    }
    Optional<SagaStatus> status = bank.desk.transfers.status(entry.op());
    boolean asTold =
        switch (entry.told()) {
          case DONE -> status.equals(Optional.of(SagaStatus.COMPLETED));
          case FAILED -> status.equals(Optional.of(SagaStatus.COMPENSATED));
          case UNKNOWN -> status.isEmpty() || status.get().isEnd();
        };
    if (!asTold || !bank.desk.transfers.agrees(entry.op(), status, booked.get(0), booked.get(1))) {
      wrong.add("%s: %s, and %s is booked".formatted(entry, status, booked));
    }
  }

  private void checkInsert(Entry entry) throws SQLException {
    int copies = bank.numbers("SELECT n FROM rate WHERE id = " + entry.op()).size();
    boolean right =
        switch (entry.told()) {
          case DONE -> copies == 2;
          case FAILED -> copies == 0;
          case UNKNOWN -> copies != 1;
        };
    if (!right) {
      wrong.add("%s: %d copies stand".formatted(entry, copies));
    }
  }

  private void checkRates(Collection<Entry> entries, List<Long> before) throws SQLException {
    List<Long> after = bank.copies();
    long done = count(entries, Told.DONE);
    long unknown = count(entries, Told.UNKNOWN);
    long added = after.get(0) - before.get(0);
    if (!after.subList(0, 2).equals(after.subList(2, 4))) {
      wrong.add("copies differ: " + after);
    }
    if (added < done || added > done + unknown) {
      wrong.add("%d updates done, %d unknown, %d stand".formatted(done, unknown, added));
    }
  }

  /** Each is as large as it should be and has its line; none is left without one. */
  private void checkObjects() throws SQLException {
    List<Long> bad =
        bank.numbers(
            """
            SELECT coalesce(l.op, -m.oid::bigint)
            FROM (SELECT * FROM ledger WHERE object IS NOT NULL) l
            FULL JOIN pg_largeobject_metadata m ON m.oid = l.object
            WHERE l.op IS NULL OR m.oid IS NULL
              OR (SELECT sum(length(data)) FROM pg_largeobject WHERE loid = m.oid) <> %d\
            """
                .formatted(Operation.LARGE));
    if (!bad.isEmpty()) {
      wrong.add("large objects are not as their lines are: " + bad);
    }
  }

  private static long count(Collection<Entry> entries, Told told) {
    return entries.stream()
        .filter(e -> e.operation() == Operation.RATE || e.operation() == Operation.RATE_ALL)
        .filter(e -> e.told() == told)
        .count();
  }

  /** Each that stands has come, none that does not, and those of one key in their order. */
  private void checkMessages() throws SQLException {
    for (long account : bank.desk.accounts) {
      List<Long> posted =
          bank.numbers(
              "SELECT op FROM posted WHERE account = %d AND op >= %d ORDER BY at"
                  .formatted(account, firstOp));
      List<Long> received = bank.desk.deliveries.received(account, firstOp);
      if (!posted.equals(received)) {
        wrong.add("of account %d %s was posted, and %s came".formatted(account, posted, received));
      }
    }
  }
}
