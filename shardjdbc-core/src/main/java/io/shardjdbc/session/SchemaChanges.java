package io.shardjdbc.session;

import io.shardjdbc.catalog.Definitions;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;

/** How often an open transaction has changed the schema, as nobody else sees yet. */
final class SchemaChanges {

  private int commands;
  private int definitions;

  /** Whether there were any, at a savepoint. */
  record Mark(boolean commands, boolean definitions) {}

  void note(Route route) {
    if (route.effect() == Effect.SCHEMA) {
      commands++;
      definitions += Definitions.mayBeBy(route) ? 1 : 0;
    }
  }

  /** Grows with each command that goes where schema changes go; 0 where there is none. */
  int commands() {
    return commands;
  }

  /** Grows with each change that makes what the catalogue says untrue; 0 where there is none. */
  int definitions() {
    return definitions;
  }

  Mark mark() {
    return new Mark(commands > 0, definitions > 0);
  }

  /** To undo one is another. */
  void backTo(Mark mark) {
    commands = mark.commands() ? commands + 1 : 0;
    definitions = mark.definitions() ? definitions + 1 : 0;
  }
}
