package io.shardjdbc.saga;

import java.io.Serial;

/** This process has nothing more to do with a saga for now: another has it, or it waits. */
final class LetGoException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  LetGoException(String why) {
    super(why);
  }
}
