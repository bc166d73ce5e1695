package io.shardjdbc.config;

/** What becomes of constraints that hold on each shard only. */
public enum SchemaMode {
  /**
   * The servers' schemas are looked at before the first connection is given out, which fails where
   * one has such a constraint; a change of the schema that adds one is refused.
   */
  CHECK,
  /**
   * The schemas are looked at in the background once they are used, and what is found is logged; a
   * change of the schema that adds such a constraint is refused.
   */
  WARN,
  /** Nobody looks. */
  OFF
}
