package io.shardjdbc.replication.choose;

import java.sql.SQLTransientConnectionException;

/**
 * Says that no node of the shard may serve the request, and why.
 *
 * <p>Nothing has been sent to a server when it is thrown, so the request may be repeated.
 */
public final class NodeUnavailableException extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1L;

  /** Why no node may serve the request. */
  public enum Reason {
    /** No primary is known; writes, and reads that only a primary could serve, are refused. */
    NO_PRIMARY("25006", "it has no primary now"),
    /** No node answers. */
    DOWN("08001", "no node answers"),
    /** A token proves that there is a newer primary than the one known here. */
    PRIMARY_SUPERSEDED("08001", "a newer primary exists that is not known here yet"),
    /** Writes of this session may have been lost with the former primary. */
    SESSION_WRITES_IN_DOUBT(
        "40003", "writes of this session may have been lost with the former primary"),
    /** The durability asked for needs a synchronous standby, and there is none. */
    NO_SYNCHRONOUS_STANDBY("55000", "it has no synchronous standby"),
    /** The replica set is closed. */
    CLOSED("08003", "its replica set is closed");

    private final String sqlState;
    private final String text;

    Reason(String sqlState, String text) {
      this.sqlState = sqlState;
      this.text = text;
    }
  }

  private final String shard;
  private final Reason reason;

  /** Of a shard, for a reason. */
  public NodeUnavailableException(String shard, Reason reason) {
    super("shard " + shard + ": " + reason.text, reason.sqlState);
    this.shard = shard;
    this.reason = reason;
  }

  /** The shard's name. */
  public String shard() {
    return shard;
  }

  /** Why no node may serve. */
  public Reason reason() {
    return reason;
  }
}
