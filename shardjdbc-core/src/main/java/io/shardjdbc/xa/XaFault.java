package io.shardjdbc.xa;

import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions by which a resource talks to its transaction manager. */
final class XaFault {

  private XaFault() {}

  static XAException of(int code, String reason, @Nullable Throwable cause) {
    XAException fault = new XAException(reason);
    fault.errorCode = code;
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }

  static XAException protocol(String reason) {
    return of(XAException.XAER_PROTO, reason, null);
  }

  /** What a failure says that has rolled the branch back. */
  static XAException rolledBack(SQLException failure) {
    return of(codeOf(failure.getSQLState()), String.valueOf(failure.getMessage()), failure);
  }

  private static int codeOf(@Nullable String state) {
    if (state == null) {
      return XAException.XA_RBROLLBACK;
    }
    if (state.startsWith("23")) {
      return XAException.XA_RBINTEGRITY;
    }
    return switch (state) {
      case "40001" -> XAException.XA_RBTRANSIENT;
      case "40P01" -> XAException.XA_RBDEADLOCK;
      case "57014" -> XAException.XA_RBTIMEOUT;
      default -> XAException.XA_RBROLLBACK;
    };
  }
}
