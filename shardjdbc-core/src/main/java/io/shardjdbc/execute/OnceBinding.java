package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.Binding;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A stream that one execution binds once: whoever binds it again would send what is left of it.
 *
 * <p>So a statement that a server is asked about before it runs, such as for a key that only the
 * server can read, is refused where the question takes the stream.
 */
final class OnceBinding implements Binding {

  private final Binding stream;
  private boolean bound;

  OnceBinding(Binding stream) {
    this.stream = stream;
  }

  @Override
  public @Nullable Object value() {
    return stream.value();
  }

  @Override
  public synchronized void bind(PreparedStatement target, int index) throws SQLException {
    if (bound) {
      throw SqlErrors.of(
          ErrorCode.NOT_IMPLEMENTED, "a stream as a value that more than one statement needs");
    }
    bound = true;
    stream.bind(target, index);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }
}
