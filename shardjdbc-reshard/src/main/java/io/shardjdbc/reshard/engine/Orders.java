package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.List;

/** What may be ordered of a move, by the step at which it is. */
record Orders(Steps steps) {

  void finish(int move) throws SQLException {
    Work work = steps.work(move);
    Step step = work.row().step();
    if (work.row().backLost() && (step == Step.OWN || step == Step.SETTLE)) {
      steps.run(move, Step.SETTLED); // a server has failed over meanwhile
      step = Step.SETTLED;
    }
    if (step != Step.SETTLED && step != Step.CLEAN_SOURCE) {
      throw new ReshardException(
          ErrorCode.MOVE_STEP, move, step, "only a settled move is finished");
    }
    work.next(Step.CLEAN_SOURCE);
    steps.run(move, Step.DONE);
  }

  void abort(int move) throws SQLException {
    Work work = steps.work(move);
    Step step = work.row().step();
    if (!step.isBeforeFlip() && step != Step.CLEAN_TARGET) {
      throw new ReshardException(ErrorCode.MOVE_STEP, move, step, "roll it back instead");
    }
    work.next(Step.CLEAN_TARGET);
    steps.run(move, Step.DONE);
  }

  void rollBack(int move) throws SQLException {
    Work work = steps.work(move);
    if (work.isKeyByKey() && !work.row().step().isBeforeFlip()) {
      throw new ReshardException(
          ErrorCode.MOVE_STEP,
          move,
          work.row().step(),
          "what came key by key goes back by another move");
    }
    switch (work.row().step()) {
      case SETTLED -> work.next(Step.RETURN);
      case RETURN, OWN_AGAIN, CLEAN_TARGET -> {}
      case OWN, ARRIVE, SETTLE -> {
        steps.run(move, Step.SETTLED);
        work.next(Step.RETURN);
      }
      case PREPARE, COPY, VERIFY, FLIP ->
          throw new ReshardException(
              ErrorCode.MOVE_STEP, move, work.row().step(), "abort it instead");
      case CLEAN_SOURCE, DONE ->
          throw new ReshardException(
              ErrorCode.MOVE_STEP, move, work.row().step(), "the way back is closed");
    }
    steps.run(move, Step.DONE);
  }

  void resume(List<MoveStatus> moves) throws SQLException {
    for (MoveStatus move : moves) {
      switch (move.step()) {
        case PREPARE, COPY, VERIFY, FLIP, OWN, ARRIVE, SETTLE, SETTLED -> {
          steps.run(move.id(), Step.SETTLED);
          if (move.ends()) {
            finish(move.id());
          }
        }
        case RETURN -> rollBack(move.id());
        case OWN_AGAIN, CLEAN_TARGET -> steps.run(move.id(), Step.DONE);
        case CLEAN_SOURCE -> finish(move.id());
        case DONE -> {}
      }
    }
  }
}
