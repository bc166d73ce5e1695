package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.KeyType;
import java.util.Optional;

/**
 * Which columns have an equality that a chain of equalities can pass through.
 *
 * <p>{@code a = x AND x = b} gives {@code a = b} only where all three share one notion of equality:
 * not through {@code float8}, which rounds, nor {@code char(n)}, which ignores trailing blanks.
 */
public enum EqualityKind {
  INTEGER,
  TEXT,
  UUID,
  DATE,
  TIMESTAMP,
  TIMESTAMPTZ,
  NUMERIC,
  /** A key column whose type is declared nowhere: alike with other such keys. */
  UNDECLARED_KEY,
  /** A column of constants, as of VALUES: whatever it is compared with. */
  CONSTANT,
  /** Anything else, or not known. */
  OTHER;

  static EqualityKind of(Optional<KeyType> type) {
    if (type.isEmpty()) {
      return OTHER;
    }
    return switch (type.get()) {
      case INTEGER -> INTEGER;
      case TEXT -> TEXT;
      case UUID -> UUID;
      case DATE -> DATE;
      case TIMESTAMP -> TIMESTAMP;
      case TIMESTAMPTZ -> TIMESTAMPTZ;
      case NUMERIC -> NUMERIC;
    };
  }

  /** Whether equality between columns of these families is transitive. */
  public boolean joins(EqualityKind other) {
    if (this == OTHER || other == OTHER) {
      return false;
    }
    return this == other || this == CONSTANT || other == CONSTANT;
  }
}
