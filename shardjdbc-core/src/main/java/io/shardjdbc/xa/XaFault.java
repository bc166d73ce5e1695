package io.shardjdbc.xa;

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
}
