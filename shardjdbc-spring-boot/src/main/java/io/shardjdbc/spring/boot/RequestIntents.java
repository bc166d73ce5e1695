package io.shardjdbc.spring.boot;

import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.ReadIntent;
import java.util.function.Supplier;

/** What reads of a request ask for: all that its caller had seen. */
final class RequestIntents implements Supplier<ReadIntent> {

  private static final boolean IN_WEB =
      isThere("org.springframework.web.context.request.RequestContextHolder");

  private static boolean isThere(String type) {
    try {
      Class.forName(type, false, RequestIntents.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether there are requests at all. */
  static boolean isInWeb() {
    return IN_WEB;
  }

  @Override
  public ReadIntent get() {
    CausalToken token = RequestTokens.current();
    return token.equals(CausalToken.NONE) ? ReadIntent.standard() : ReadIntent.atLeast(token);
  }
}
