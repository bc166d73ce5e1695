package io.shardjdbc.config;

/**
 * What the prepare and the decision of a two-phase transaction wait for, as PostgreSQL's {@code
 * synchronous_commit} counts it. A session that asks for more gets more.
 *
 * <p>Less than {@link #LOCAL} is not offered: a decision that a crash of one server can lose would
 * let the shards disagree.
 */
public enum DecisionDurability {
  /** The shard's own disk: survives the crash of any server, not the loss of a primary. */
  LOCAL("local"),
  /** Also the disks of synchronous standbys, where there are any. The default. */
  ON("on"),
  /** Also until synchronous standbys show it to readers. */
  REMOTE_APPLY("remote_apply");

  private final String setting;

  DecisionDurability(String setting) {
    this.setting = setting;
  }

  /** The value of {@code synchronous_commit}. */
  public String setting() {
    return setting;
  }
}
