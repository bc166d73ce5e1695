package io.shardjdbc.replication;

/**
 * What a commit waits for before it is acknowledged.
 *
 * <p>Each is a value of PostgreSQL's {@code synchronous_commit}, to be set for one transaction. The
 * two highest wait for the standbys that {@code synchronous_standby_names} of the primary chooses.
 * With none chosen the server would silently not wait at all, and with none connected it would wait
 * for ever, so both are refused beforehand.
 */
public enum Durability {
  /** For nothing: a crash of the primary loses the last moments. */
  ASYNC("off"),
  /** For the primary's disk: the loss of the primary loses what replicas have not received. */
  LOCAL("local"),
  /** For the primary's disk and the disks of its synchronous standbys. */
  SEMI_SYNC("on"),
  /** Until the write can be read on the synchronous standbys. */
  SYNC("remote_apply");

  private final String synchronousCommit;

  Durability(String synchronousCommit) {
    this.synchronousCommit = synchronousCommit;
  }

  /** The value of {@code synchronous_commit}. */
  public String synchronousCommit() {
    return synchronousCommit;
  }

  /** Whether it means anything only with a synchronous standby. */
  public boolean needsStandby() {
    return this == SEMI_SYNC || this == SYNC;
  }

  /** The statement that sets it for the session. */
  public String set() {
    return "SET synchronous_commit TO " + synchronousCommit;
  }

  /** The statement that sets it for the transaction under way. */
  public String setLocal() {
    return "SET LOCAL synchronous_commit TO " + synchronousCommit;
  }
}
