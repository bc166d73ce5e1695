package io.shardjdbc.reshard;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.io.Serial;
import java.sql.SQLException;

/** What a mover refuses, or could not do. */
public final class ReshardException extends SQLException implements CodedError {

  @Serial private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** An entry of the catalogue, with what stands in its places. */
  public ReshardException(ErrorCode code, Object... arguments) {
    super(code.message(arguments), code.sqlState());
    this.code = code;
  }

  @Override
  public ErrorCode code() {
    return code;
  }
}
