package io.shardjdbc.catalog;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What was found out of texts of SQL, of which most are run more than once: the last ones are
 * remembered. Thread-safe.
 */
final class TextAnswers<T> {

  private static final int TEXTS = 1000;

  /** In characters. Longer texts are not remembered. */
  private static final int LENGTH = 8000;

  private final Function<String, T> question;
  private final Map<String, T> answers = new ConcurrentHashMap<>();

  TextAnswers(Function<String, T> question) {
    this.question = question;
  }

  T of(String sql) {
    T before = answers.get(sql);
    if (before != null) {
      return before;
    }
    T answer = question.apply(sql);
    if (sql.length() <= LENGTH) {
      if (answers.size() >= TEXTS) {
        answers.clear();
      }
      answers.put(sql, answer);
    }
    return answer;
  }
}
