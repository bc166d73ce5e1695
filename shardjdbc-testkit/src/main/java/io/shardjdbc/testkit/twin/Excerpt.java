package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;

/** A new statement made of pieces of another, each with the parameters in it. Not thread-safe. */
final class Excerpt {

  private final Trial trial;
  private final List<Token> tokens;
  private final StringBuilder sql = new StringBuilder();
  private final List<Parameter> parameters = new ArrayList<>();

  Excerpt(Trial trial, List<Token> tokens) {
    this.trial = trial;
    this.tokens = tokens;
  }

  Excerpt text(String text) {
    sql.append(text);
    return this;
  }

  /** A piece of the original, from one position to another. */
  Excerpt piece(int start, int end) {
    sql.append(trial.sql(), start, end);
    if (!trial.plain()) {
      int number = 0;
      for (Token token : tokens) {
        if (token.kind() == Token.Kind.PARAMETER) {
          if (start <= token.start() && token.end() <= end) {
            parameters.add(trial.parameters().get(number));
          }
          number++;
        }
      }
    }
    return this;
  }

  Trial build() {
    return new Trial(sql.toString(), parameters, trial.plain(), 0, 0);
  }
}
