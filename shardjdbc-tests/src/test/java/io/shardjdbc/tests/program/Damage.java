package io.shardjdbc.tests.program;

/** What is done wrong on one side on purpose, to see that it is found. */
@FunctionalInterface
interface Damage {
  /** The step as the one PostgreSQL gets it. */
  Step of(Step step);
}
