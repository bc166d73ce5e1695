package io.shardjdbc.config;

/** A password: it can be used, and does not show itself. */
public record Secret(String value) {

  @Override
  public String toString() {
    return "***";
  }
}
