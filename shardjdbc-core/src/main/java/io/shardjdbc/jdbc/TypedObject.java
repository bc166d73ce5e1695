package io.shardjdbc.jdbc;

import io.shardjdbc.wrap.Binding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * A value that names its type of the server and has its text.
 *
 * <p>Routing sees numbers as such: the server reads them as it would read a plain number of that
 * type. What it would refuse, and what is of another type, is left to it.
 */
record TypedObject(PGobject object) implements Binding {

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,30}");
  private static final Pattern NUMERIC = Pattern.compile("[+-]?[0-9]{1,200}([.][0-9]{1,200})?");

  @Override
  public @Nullable Object value() {
    String text = object.getValue();
    if (text == null) {
      return null;
    }
    Object number =
        switch (String.valueOf(object.getType())) {
          case "int2" -> integer(text.strip(), Short.SIZE);
          case "int4" -> integer(text.strip(), Integer.SIZE);
          case "int8" -> integer(text.strip(), Long.SIZE);
          case "numeric" ->
              NUMERIC.matcher(text.strip()).matches() ? new BigDecimal(text.strip()) : null;
          default -> null;
        };
    return number == null ? object : number;
  }

  private static @Nullable Long integer(String text, int bits) {
    if (!INTEGER.matcher(text).matches()) {
      return null;
    }
    BigInteger number = new BigInteger(text);
    return number.bitLength() < bits ? number.longValue() : null;
  }

  @Override
  public void bind(PreparedStatement target, int index) throws SQLException {
    target.setObject(index, object);
  }

  /** It is a caller's value. */
  @Override
  public String toString() {
    return "SetObject";
  }
}
