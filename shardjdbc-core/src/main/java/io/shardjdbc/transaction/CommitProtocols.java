package io.shardjdbc.transaction;

import io.shardjdbc.config.TransactionMode;

/**
 * The two ways to commit that a DataSource has.
 *
 * @param sequential one shard after another
 * @param twoPhase all or none
 */
public record CommitProtocols(CommitProtocol sequential, CommitProtocol twoPhase) {

  /** The one that a mode asks for. */
  public CommitProtocol of(TransactionMode mode) {
    return mode == TransactionMode.TWO_PHASE ? twoPhase : sequential;
  }
}
