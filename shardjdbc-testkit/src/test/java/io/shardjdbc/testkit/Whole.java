package io.shardjdbc.testkit;

import java.util.List;

/** The choice between all variants of a test and a sample that has each kind of them. */
public final class Whole {

  static final String PROPERTY = "shardjdbc.whole";

  private static final boolean WHOLE = Boolean.getBoolean(PROPERTY);

  private Whole() {}

  /** The sample, or all with {@code -Dshardjdbc.whole=true}. */
  public static <T> List<T> or(List<T> sample, List<T> all) {
    return WHOLE ? all : sample;
  }
}
