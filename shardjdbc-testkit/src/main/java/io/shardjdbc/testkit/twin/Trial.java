package io.shardjdbc.testkit.twin;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement, its parameters, and the way it is executed. Immutable.
 *
 * @param sql the text; {@code ?} is a parameter unless the statement is plain
 * @param parameters one for each {@code ?}
 * @param plain whether it runs as a {@link java.sql.Statement} rather than a prepared one; it has
 *     no parameters then
 * @param fetchSize rows fetched at once; 0 for the driver's choice
 * @param maxRows rows returned at most; 0 for all
 */
public record Trial(
    String sql, List<Parameter> parameters, boolean plain, int fetchSize, int maxRows) {

  public Trial {
    parameters = List.copyOf(parameters);
    if (plain && !parameters.isEmpty()) {
      throw new IllegalArgumentException("a plain statement has no parameters");
    }
  }

  /** A prepared statement with values, which may be {@link Parameter}s themselves. */
  public static Trial of(String sql, @Nullable Object... values) {
    return new Trial(sql, Arrays.stream(values).map(Parameter::of).toList(), false, 0, 0);
  }

  /** A plain statement, where {@code ?} is an operator. */
  public static Trial plain(String sql) {
    return new Trial(sql, List.of(), true, 0, 0);
  }

  /** The same with a fetch size. */
  public Trial withFetchSize(int rows) {
    return new Trial(sql, parameters, plain, rows, maxRows);
  }

  /** The same with a limit of rows. */
  public Trial withMaxRows(int rows) {
    return new Trial(sql, parameters, plain, fetchSize, rows);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(sql);
    if (!parameters.isEmpty()) {
      text.append("\n  with ").append(parameters);
    }
    text.append(plain ? "\n  as a plain statement" : "");
    text.append(fetchSize > 0 ? "\n  with fetch size " + fetchSize : "");
    text.append(maxRows > 0 ? "\n  with at most " + maxRows + " rows" : "");
    return text.toString();
  }
}
