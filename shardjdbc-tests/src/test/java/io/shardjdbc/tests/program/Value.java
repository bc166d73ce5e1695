package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.twin.Parameter;

/** A value of a statement: as a literal of its text, and bound by a setter. */
record Value(String literal, Parameter parameter) {

  static Value of(String literal, Object value) {
    return new Value(literal, Parameter.of(value));
  }
}
