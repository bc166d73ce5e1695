package io.shardjdbc.reshard.model;

/** Takes what can come next. */
interface Steps {

  /** A state that may follow. */
  void to(long state);

  /** Something that must never happen does. */
  void fault(String what);
}
