package io.shardjdbc.tests.program;

import java.util.regex.Pattern;

/** Where steps wait over shards that would not wait on one server, as is documented. */
final class Waits {

  /** Writers of a reference table take turns; here they give up at once. */
  static final String STATE = "55P03";

  private static final Pattern COPIES = Pattern.compile("country|kind|made_ref");

  private Waits() {}

  static boolean forCopies(Step step, Seen seen) {
    return seen.state().equals(STATE) && COPIES.matcher(step.text()).find();
  }
}
