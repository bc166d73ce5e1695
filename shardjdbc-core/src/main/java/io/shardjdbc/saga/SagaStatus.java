package io.shardjdbc.saga;

import java.util.Locale;

/** How far a saga has come. */
public enum SagaStatus {
  /** Its steps are being done. */
  RUNNING,
  /** What was done is being undone. */
  COMPENSATING,
  /** All steps are done. */
  COMPLETED,
  /** All that was done is undone. */
  COMPENSATED,
  /** A compensation goes on failing: a person is needed. */
  PARKED;

  /** Whether nothing more happens to it by itself. */
  public boolean isEnd() {
    return this != RUNNING && this != COMPENSATING;
  }

  /** As the tables have it. */
  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SagaStatus ofColumn(String column) {
    return valueOf(column.toUpperCase(Locale.ROOT));
  }
}
