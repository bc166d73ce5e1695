package io.shardjdbc.spring.boot;

import io.shardjdbc.routing.CodedError;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Tells people in the log of a failed start what the library's code tells. */
final class ShardFailureAnalyzer implements FailureAnalyzer {

  private static final int DEPTH = 50;
  private static final String BETWEEN = "; ";

  ShardFailureAnalyzer() {}

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      if (cause instanceof CodedError coded) {
        return analysis(String.valueOf(cause.getMessage()), cause, coded);
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** A message is what is wrong, then what to do, as its entry of the catalogue is. */
  private static FailureAnalysis analysis(String message, Throwable cause, CodedError coded) {
    String code = coded.code().code();
    int between = message.length();
    for (int i = 0; i < coded.code().wayOut().split(BETWEEN, -1).length && between > 0; i++) {
      between = message.lastIndexOf(BETWEEN, between - 1);
    }
    boolean told = between > 0;
    String wayOut = told ? message.substring(between + BETWEEN.length()) : coded.code().wayOut();
    return new FailureAnalysis(
        told ? message.substring(0, between) : message,
        Character.toUpperCase(wayOut.charAt(0))
            + wayOut.substring(1)
            + ".\n\nThe page docs/errors.md tells more of "
            + code
            + ".",
        cause);
  }
}
