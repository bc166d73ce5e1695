package io.shardjdbc.tests.program;

/**
 * One step of a program.
 *
 * @param session which of its sessions does it
 * @param text how it reads
 * @param ordered whether the order of its rows is determined
 */
record Step(int session, String text, boolean ordered, Action action) {
  @Override
  public String toString() {
    return "[" + session + "] " + text;
  }
}
