package io.shardjdbc.session;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a session has set the role by whose rights its statements run. */
final class SessionRole {

  static final String ROLE = "role";
  static final String USER = "session_authorization";

  private SessionRole() {}

  static boolean isSet(SessionState state, @Nullable OpenTransaction open) {
    return state.settings().stream().anyMatch(setting -> isOne(setting.name()))
        || (open != null && open.history().hasSetting(SessionRole::isSetBy));
  }

  /** Whether a parameter is of that kind. */
  static boolean isOne(String parameter) {
    return parameter.equals(ROLE) || parameter.equals(USER);
  }

  /** Whether a statement that sets something names one. */
  static boolean isSetBy(String setting) {
    String words = setting.toLowerCase(Locale.ROOT);
    return words.contains("role") || words.contains("authorization");
  }
}
