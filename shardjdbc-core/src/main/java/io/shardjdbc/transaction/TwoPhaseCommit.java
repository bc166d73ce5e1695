package io.shardjdbc.transaction;

import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Commits all participants or none, whatever crashes meanwhile.
 *
 * <p>The protocol is presumed abort with the decision on one of the participants (Mohan, Lindsay
 * and Obermarck 1986; the last agent of Gray and Reuter 1993):
 *
 * <ol>
 *   <li>All writers but the first PREPARE TRANSACTION; at the same time the first one, the deciding
 *       shard, inserts the decision's row into its own open transaction.
 *   <li>The deciding shard commits: its work and the decision become durable in one local commit.
 *       That is the moment at which the transaction is committed.
 *   <li>The others COMMIT PREPARED, all at the same time. One that cannot be told is left to {@link
 *       Recovery}; the caller is not failed for it. If a commit is to be acknowledged when it is
 *       decided, this goes on behind the caller's back, see {@link Endings}.
 * </ol>
 *
 * <p>The row's primary key is the fence. A recoverer that finds something prepared inserts an abort
 * tombstone under the same id on the deciding shard. If the coordinator's row is there and not
 * committed, the recoverer waits for it; if the tombstone is first, the coordinator's insertion
 * fails and it rolls back. So the two cannot decide differently, and a recoverer that is too early
 * costs a retry, never atomicity. The open row is also the sign of life: a server ends the
 * transaction of a process that dies, and until then nobody else can decide.
 *
 * <p>Tombstones are deleted after some time. A coordinator that has slept for so long between its
 * prepare and its insertion would not meet its own any more; it looks at the clock after the
 * insertion, and gives up.
 *
 * <p>Whether a participant has written is asked of its server, because a function can write. Those
 * that only read are released at the end, so that the locks they may hold last as long as the
 * transaction.
 */
public final class TwoPhaseCommit implements CommitProtocol {

  private final CommitProtocol onePhase = new SequentialCommit();
  private final Context context;

  /**
   * What all commits share.
   *
   * @param recovery takes over what cannot be ended everywhere
   */
  record Context(
      Decisions decisions,
      Executor executor,
      TransactionSettings settings,
      TransactionIds ids,
      CommitObserver observer,
      RecoverySchedule recovery,
      Endings endings,
      PrepareAlso also) {

    int networkTimeoutMillis() {
      return (int) Math.min(Integer.MAX_VALUE, settings.commitTimeout().toMillis());
    }
  }

  /**
   * @param executor for what is said to several servers at once
   * @param recovery takes over what cannot be ended everywhere
   * @param endings for what is told behind the caller's back
   * @param also what a part does when it prepares
   */
  public TwoPhaseCommit(
      Decisions decisions,
      Executor executor,
      TransactionSettings settings,
      CommitObserver observer,
      RecoverySchedule recovery,
      Endings endings,
      PrepareAlso also) {
    this.context =
        new Context(
            decisions, executor, settings, new TransactionIds(), observer, recovery, endings, also);
  }

  @Override
  public void admit(Collection<ShardId> writers) throws SQLException {
    context.recovery().start();
    boolean deciding = true;
    for (ShardId writer : writers) {
      if (deciding) {
        context.decisions().store(writer);
        deciding = false;
      } else {
        context.decisions().requirePrepares(writer);
      }
    }
  }

  @Override
  public void commit(List<? extends Participant> participants) throws SQLException {
    if (participants.size() == 1) {
      onePhase.commit(participants);
      return;
    }
    List<Branch> branches = new ArrayList<>(participants.size());
    try {
      for (Participant participant : participants) {
        branches.add(new Branch(participant, context.networkTimeoutMillis()));
      }
      commitBranches(branches);
    } catch (SQLException | RuntimeException | Error e) {
      participants.forEach(Participant::rollback);
      throw e;
    } finally {
      branches.forEach(Branch::restore);
    }
  }

  private void commitBranches(List<Branch> branches) throws SQLException {
    List<Branch> writers = new ArrayList<>();
    List<Branch> others = new ArrayList<>();
    List<Branch> mayFail = new ArrayList<>(0);
    for (Branch branch : branches) {
      (branch.participant().wrote() ? writers : others).add(branch);
    }
    if (writers.size() < 2) {
      askThoseThatSeemToRead(writers, others, mayFail);
    }
    if (writers.size() < 2) {
      for (Branch reader : mayFail) {
        commitReader(reader);
      }
      List<Participant> writer = new ArrayList<>();
      writers.forEach(branch -> writer.add(branch.participant()));
      onePhase.commit(writer);
      release(others);
    } else {
      others.addAll(mayFail);
      new Attempt(context, writers, others).run();
    }
  }

  /** One whose reads may turn out not to fit to what others wrote; then nothing is committed. */
  private static void commitReader(Branch reader) throws SQLException {
    try {
      reader.participant().commit();
    } catch (SQLException e) {
      throw SqlErrors.onShard(reader.shard(), e);
    }
  }

  /** Moves those of which their servers say that they have written, or that they may fail. */
  private void askThoseThatSeemToRead(
      List<Branch> writers, List<Branch> others, List<Branch> mayFail) throws SQLException {
    List<Branch> asked = List.copyOf(others);
    Branch.Kind[] kinds = new Branch.Kind[asked.size()];
    AtOnce questions = new AtOnce(context.executor());
    for (int i = 0; i < asked.size(); i++) {
      int index = i;
      questions.add(() -> kinds[index] = asked.get(index).kind());
    }
    Attempt.rethrow(questions.run());
    for (int i = 0; i < asked.size(); i++) {
      if (kinds[i] != Branch.Kind.READER) {
        others.remove(asked.get(i));
        (kinds[i] == Branch.Kind.WRITER ? writers : mayFail).add(asked.get(i));
      }
    }
  }

  private void release(List<Branch> readers) {
    AtOnce ends = new AtOnce(context.executor());
    readers.forEach(reader -> ends.add(() -> Attempt.release(reader)));
    @Nullable Throwable ignored = ends.run(); // what they read has been answered already
  }
}
