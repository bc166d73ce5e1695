package io.shardjdbc.saga;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;

/** Whether the saga that a key names already is the one that is asked for. */
record SameSaga(SagaRecords records) {

  /** Refuses one of another version, of another input, or with other steps to do. */
  void require(Saga<?> saga, SagaRecord begun) throws SQLException {
    SagaRecord found = records.find(begun.id());
    if (found == null) {
      return; // forgotten just now
    }
    requireVersion(saga, found);
    if (!records.hasInput(begun.id(), begun.input())) {
      throw SqlErrors.of(ErrorCode.SAGA_KEY_REUSED, saga.name());
    }
    requireSteps(saga, found);
  }

  /** Another version has other steps, and another state: its result is none of this one's. */
  static void requireVersion(Saga<?> saga, SagaRecord found) throws SQLException {
    int version = found.summary().version();
    if (version != saga.version()) {
      throw SqlErrors.of(ErrorCode.SAGA_OTHER_VERSION, saga.name(), version);
    }
  }

  /** One that has not ended and that this process must not go on with. */
  static void requireSteps(Saga<?> saga, SagaRecord found) throws SQLException {
    String definition = found.definition();
    if (!found.status().isEnd() && definition != null && !definition.equals(saga.fingerprint())) {
      throw SqlErrors.of(ErrorCode.SAGA_CHANGED, saga.name(), saga.version());
    }
  }
}
